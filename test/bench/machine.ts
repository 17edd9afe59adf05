/** `npm run bench -- machine`: the machine's own limits, measured natively, so that other numbers are read as shares of them. */
import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

process.stdout.write(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB\n`,
);
const run = spawnSync(process.execPath, ['scripts/bench-native.mjs', 'machine'], { stdio: 'inherit' });
process.exitCode = run.status ?? 1;
