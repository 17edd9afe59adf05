// Builds one C++ microbenchmark, native/bench/NAME_bench.cc with a main of its own, optimised as users get it, and runs it.
//
//   npm run bench:native -- NAME [arguments of the benchmark]
import { spawnSync } from 'node:child_process';
import { compileAll } from './native/compile.mjs';
import { BUILD, ROOT, filesBelow } from './native/layout.mjs';
import { link } from './native/link.mjs';
import { findToolchain, testLinkFlags } from './native/toolchain.mjs';
import { benchUnit, coreUnits, thirdPartyUnits } from './native/units.mjs';

/** Names of the microbenchmarks there are. */
function benchNames() {
  return filesBelow('native/bench', '_bench.cc').map((file) =>
    file.slice('native/bench/'.length, -'_bench.cc'.length),
  );
}

async function main() {
  const [name, ...rest] = process.argv.slice(2);
  if (!benchNames().includes(name))
    throw new Error(`no benchmark ${name}; there are ${benchNames().join(', ')}`);
  const toolchain = findToolchain();
  const compiled = await compileAll(toolchain, [
    ...thirdPartyUnits(),
    ...coreUnits('release'),
    benchUnit(name),
  ]);
  const output = `${BUILD}/bench/${name}`;
  await link(toolchain, compiled, output, testLinkFlags('release'));
  process.exitCode = spawnSync(output, rest, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
