/** What this process runs on, in the words that name a prebuilt binary. */

/** The parts of a process report that tell glibc from musl. */
interface ReportHeader {
  readonly header?: { readonly glibcVersionRuntime?: string };
}

/** `glibc` or `musl` on Linux, undefined elsewhere. */
export function libcName(): 'glibc' | 'musl' | undefined {
  if (process.platform !== 'linux') return undefined;
  const report = process.report.getReport() as ReportHeader;
  return report.header?.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/** Name of the folder below `prebuilds/` whose binary fits: `linux-x64-glibc`, `darwin-arm64`. */
export function platformName(): string {
  const libc = libcName();
  return [process.platform, process.arch, ...(libc === undefined ? [] : [libc])].join('-');
}
