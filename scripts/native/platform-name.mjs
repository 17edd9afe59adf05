// The name of this platform in the folder of prebuilt binaries; `src/native/platform.ts` must agree (a test compares them).

/** For instance `linux-x64-glibc`, `linux-arm64-musl`, `darwin-arm64`. */
export function platformName() {
  const name = `${process.platform}-${process.arch}`;
  if (process.platform !== 'linux') return name;
  const report = process.report.getReport();
  return `${name}-${report.header.glibcVersionRuntime ? 'glibc' : 'musl'}`;
}
