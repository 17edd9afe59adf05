/** Finds and loads the native addon: the one built in this checkout, else the prebuilt one for this platform. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../base/engine-error.js';
import { platformName } from './platform.js';

let loaded: unknown;

/**
 * The nearest folder above this module that is the package; the module runs from src/, dist/ and compiled copies.
 *
 * @throws EngineError `native` if the module was bundled away from its package
 */
function packageFolder(): string {
  const here = fileURLToPath(import.meta.url);
  for (let folder = dirname(here); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && readFileSync(file, 'utf8').includes('"name": "spillway"')) return `${folder}/`;
  }
  throw new EngineError(
    'native',
    `${here} is not inside the spillway package, so its native binary cannot be found; mark spillway as external in your bundler`,
    { detail: { module: here } },
  );
}

function prebuiltPlatforms(root: string): string[] {
  const folder = `${root}prebuilds`;
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(`${folder}/${name}/spillway.node`))
    .sort();
}

/** Places where a binary for `platform` may be, best first. `root` ends in a slash. */
export function addonCandidates(root: string, platform: string): string[] {
  return [`${root}build/native/spillway.node`, `${root}prebuilds/${platform}/spillway.node`];
}

/**
 * Loads the first candidate that exists below `root`.
 *
 * @throws EngineError `native`: none exists (names the platforms that do and how to build), or the one found does not load
 */
export function loadAddonFrom(root: string, platform: string): unknown {
  const path = addonCandidates(root, platform).find((candidate) => existsSync(candidate));
  if (path === undefined) {
    const existing = prebuiltPlatforms(root);
    const found = existing.length === 0 ? 'none is included' : `included are ${existing.join(', ')}`;
    throw new EngineError(
      'native',
      `no native binary for ${platform}: ${found}. Build one in a checkout of spillway: npm ci && npm run build ` +
        '(needs Node 20.19 or newer and a C++20 compiler)',
      { detail: { platform, existing } },
    );
  }
  try {
    return createRequire(import.meta.url)(path) as unknown;
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      'native',
      `the native binary ${path} does not load: ${words}. If it was built for another system, run: npm run build`,
      { detail: { platform, path }, cause },
    );
  }
}

/**
 * The native addon, loaded when first asked for; later calls return the same object.
 *
 * @throws EngineError `native`
 */
export function loadAddon(): unknown {
  loaded ??= loadAddonFrom(packageFolder(), platformName());
  return loaded;
}
