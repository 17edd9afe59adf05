// Runs TypeScript tests that push hostile input and rare paths through the addon, with the addon under ASan and UBSan.
//
//   node scripts/test-sanitized-addon.mjs [folder or file of test/]...
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildAddon } from './build-native.mjs';
import { ROOT } from './native/layout.mjs';
import { findToolchain, sanitizerRuntimes } from './native/toolchain.mjs';

/** Folders whose tests are worth their slower run: damaged files, handles, storage, execution, indexes that are mapped. */
const FOLDERS = [
  'test/native',
  'test/golden',
  'test/storage',
  'test/exec',
  'test/neighbors/annoy/seed.test.ts',
  'test/faults/annoy-files.test.ts',
  'test/faults/annoy-sidecar.test.ts',
];

async function main() {
  if (process.platform !== 'linux') {
    process.stdout.write('preloading a sanitizer is known to work on Linux only: nothing run\n');
    return;
  }
  await buildAddon('asan');
  const folders = process.argv.length > 2 ? process.argv.slice(2) : FOLDERS;
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...folders.filter((name) => existsSync(path.join(ROOT, name))),
  ];
  const preload = path.join(ROOT, 'scripts/native/sanitized-addon.cjs');
  const environment = {
    ...process.env,
    LD_PRELOAD: sanitizerRuntimes(findToolchain()).join(' '),
    // Node itself frees little at its exit, so leaks are the C++ tests' business.
    ASAN_OPTIONS: 'detect_leaks=0:allocator_may_return_null=1:strict_string_checks=1',
    UBSAN_OPTIONS: 'print_stacktrace=1',
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --require ${JSON.stringify(preload)}`,
    SPILLWAY_TEST_SANITIZED: '1',
  };
  process.exitCode =
    spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env: environment }).status ?? 1;
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
