// Builds the native addon, and on request its test executables and the stripped binary that is published.
//
//   node scripts/build-native.mjs [--tests release|asan|tsan]... [--prebuild] [--no-addon] [--jobs N] [--verbose]
//
// Needs Node, the npm packages and a C++ compiler; no Python, no CMake, no network.
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isMain } from './is-main.mjs';
import { platformName } from './native/platform-name.mjs';
import { ADDON, ROOT, SANITIZED_ADDON, testBinary } from './native/layout.mjs';
import { compileAll, run } from './native/compile.mjs';
import { link } from './native/link.mjs';
import { prepareStandardHeaders } from './native/standard-headers.mjs';
import { pruneStore } from './native/object-store.mjs';
import { MODES, addonLinkFlags, findToolchain, testLinkFlags } from './native/toolchain.mjs';
import { bindingUnits, coreUnits, testUnits, thirdPartyUnits } from './native/units.mjs';

/** Builds the addon, in mode `asan` beside the one that users load; returns its path. */
export async function buildAddon(mode, options = {}) {
  const toolchain = findToolchain();
  const output = mode === 'asan' ? SANITIZED_ADDON : ADDON;
  await prepareStandardHeaders(toolchain, mode);
  const units = [...thirdPartyUnits(), ...coreUnits(mode), ...bindingUnits(mode)];
  await link(toolchain, await compileAll(toolchain, units, options), output, addonLinkFlags(mode));
  return output;
}

/** Builds the executable that holds every C++ test of `mode`; returns its path. */
export async function buildTests(mode, options = {}) {
  const toolchain = findToolchain();
  await prepareStandardHeaders(toolchain, mode);
  const units = [...thirdPartyUnits(), ...coreUnits(mode), ...testUnits(mode)];
  await link(toolchain, await compileAll(toolchain, units, options), testBinary(mode), testLinkFlags(mode));
  return testBinary(mode);
}

/** Copies the addon, stripped, to where a published package looks for it. */
async function makePrebuild() {
  const folder = path.join('prebuilds', platformName());
  mkdirSync(path.join(ROOT, folder), { recursive: true });
  const target = path.join(folder, 'spillway.node');
  copyFileSync(path.join(ROOT, ADDON), path.join(ROOT, target));
  const flags = process.platform === 'darwin' ? ['-x'] : ['--strip-unneeded'];
  const { code, output } = await run('strip', [...flags, target]);
  if (code !== 0) throw new Error(`strip ${target} failed: ${output}`);
  process.stderr.write(`wrote ${target}\n`);
}

async function main() {
  const { values } = parseArgs({
    options: {
      tests: { type: 'string', multiple: true, default: [] },
      prebuild: { type: 'boolean', default: false },
      'no-addon': { type: 'boolean', default: false },
      jobs: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
  });
  const wrong = values.tests.find((mode) => !MODES.includes(mode));
  if (wrong !== undefined) throw new Error(`--tests ${wrong}: choose ${MODES.join(', ')}`);
  const jobs = values.jobs ?? process.env.SPILLWAY_BUILD_JOBS;
  if (jobs !== undefined && !/^[1-9]\d*$/.test(jobs))
    throw new Error(`--jobs ${jobs}: give a whole number from 1`);
  const options = { verbose: values.verbose, ...(jobs === undefined ? {} : { jobs: Number(jobs) }) };
  if (!values['no-addon']) await buildAddon('release', options);
  if (values.prebuild) await makePrebuild();
  for (const mode of values.tests) await buildTests(mode, options);
  pruneStore();
}

if (isMain(import.meta.url)) {
  main().catch((error) => {
    process.stderr.write(`build failed: ${error.message}\n`);
    process.exitCode = 1;
  });
}
