// A store of compiled objects, found by the content of everything that went into them; several checkouts may share it.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, copyFileSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, STORE } from './layout.mjs';

const VARIANTS_KEPT = 8;
const UNUSED_DAYS = 5;
const DAY_MS = 86_400_000;

const storeFolder = path.join(ROOT, STORE);
const contentHashes = new Map();

function sha(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}

/** Hash of a file's content, read once per process; null if there is no such file. */
function contentHash(file) {
  let hash = contentHashes.get(file);
  if (hash === undefined) {
    try {
      hash = sha(readFileSync(path.join(ROOT, file)));
    } catch {
      hash = null;
    }
    contentHashes.set(file, hash);
  }
  return hash;
}

/** A name for a file being written that no other process uses. */
export function temporaryName(extension) {
  mkdirSync(storeFolder, { recursive: true });
  return path.posix.join(STORE, `tmp-${process.pid}-${randomBytes(6).toString('hex')}${extension}`);
}

function manifestPath(compilerId, unit) {
  return path.join(
    storeFolder,
    `${sha(JSON.stringify([compilerId, unit.source, unit.language, unit.flags]))}.json`,
  );
}

function readManifest(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

function publish(temporary, target) {
  renameSync(temporary, target);
}

function place(stored, object) {
  const target = path.join(ROOT, object);
  const state = existsSync(target) ? statSync(target) : null;
  const origin = statSync(stored);
  if (state !== null && state.ino === origin.ino && state.dev === origin.dev) return;
  mkdirSync(path.dirname(target), { recursive: true });
  rmSync(target, { force: true });
  try {
    linkSync(stored, target);
  } catch {
    copyFileSync(stored, target);
  }
}

/**
 * Puts the object of `unit` in its place if it was compiled before from the same source, headers, flags and compiler.
 *
 * @returns the object's identity, or null if it has to be compiled
 */
export function fetchObject(compilerId, unit) {
  for (const variant of readManifest(manifestPath(compilerId, unit))) {
    const stored = path.join(storeFolder, `${variant.object}.o`);
    if (!variant.dependencies.every(([file, hash]) => contentHash(file) === hash) || !existsSync(stored))
      continue;
    const now = new Date();
    utimesSync(stored, now, now);
    place(stored, unit.object);
    return variant.object;
  }
  return null;
}

/** Takes a fresh object and the list of files it was made from into the store, and puts it in its place. @returns its identity */
export function storeObject(compilerId, unit, temporaryObject, dependencies) {
  const pairs = dependencies.map((file) => [file, contentHash(file)]);
  const object = sha(JSON.stringify([compilerId, unit.source, unit.flags, pairs]));
  const stored = path.join(storeFolder, `${object}.o`);
  publish(path.join(ROOT, temporaryObject), stored);
  const manifest = manifestPath(compilerId, unit);
  const variants = readManifest(manifest).filter((variant) => variant.object !== object);
  const temporary = path.join(ROOT, temporaryName('.json'));
  writeFileSync(
    temporary,
    JSON.stringify([{ object, dependencies: pairs }, ...variants].slice(0, VARIANTS_KEPT)),
  );
  publish(temporary, manifest);
  place(stored, unit.object);
  return object;
}

/** Removes objects that no build used for some days, and what crashed builds left behind. */
export function pruneStore() {
  if (!existsSync(storeFolder)) return;
  const oldest = Date.now() - UNUSED_DAYS * DAY_MS;
  for (const name of readdirSync(storeFolder)) {
    const file = path.join(storeFolder, name);
    try {
      const age = statSync(file).mtimeMs;
      if (age < oldest || (name.startsWith('tmp-') && age < Date.now() - DAY_MS / 24))
        rmSync(file, { force: true });
    } catch {
      // Another build removed it first.
    }
  }
}
