// Compiles src/ to dist/, and removes from dist/ what no source stands for any more.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { isMain } from './is-main.mjs';
import { ROOT } from './native/layout.mjs';

const dist = path.join(ROOT, 'dist');
const stateFile = path.join(ROOT, 'build/tsc/dist.tsbuildinfo');

/** Compiles incrementally; returns true if there were no errors. */
export function buildTypeScript() {
  // The compiler trusts its state file, even if someone removed what it had written.
  if (!existsSync(path.join(dist, 'index.js'))) rmSync(stateFile, { force: true });
  const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) return false;
  for (const name of readdirSync(dist, { recursive: true })) {
    const stem = path.join(ROOT, 'src', name.replace(/\.d\.ts$|\.js$/, ''));
    // Workers are plain JavaScript, so that they run from src/ and from dist/ alike.
    const stale = !existsSync(`${stem}.ts`) && !existsSync(`${stem}.js`);
    if (/\.(js|d\.ts)$/.test(name) && stale) rmSync(path.join(dist, name));
  }
  return true;
}

if (isMain(import.meta.url) && !buildTypeScript()) process.exitCode = 1;
