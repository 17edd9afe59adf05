/** Files under construction: hidden siblings of the file they become, which a dead process may have left behind. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { siblingsOf, tryRemoveFile } from './disk-file.js';
import { isGone, ownIdentity } from './process-identity.js';

/** A fresh name beside `path`: `.flights.vtr.<pid>-<start>-<random>.tmp`. */
export function temporarySibling(path: string): string {
  const { pid, start } = ownIdentity();
  return join(dirname(path), `.${basename(path)}.${pid}-${start}-${randomBytes(16).toString('hex')}.tmp`);
}

/** Removes what writers of `path` left that are gone. Call while holding its lock. */
export function sweepTemporarySiblings(path: string): void {
  const prefix = `.${basename(path)}.`;
  for (const name of siblingsOf(path)) {
    if (!name.startsWith(prefix)) continue;
    const match = /^(\d{1,10})-(\d*)-[0-9a-f]{32}\.tmp$/.exec(name.slice(prefix.length));
    if (match === null) continue;
    const owner = { pid: Number(match[1]), start: match[2] ?? '', host: hostname() };
    if (isGone(owner)) tryRemoveFile(join(dirname(path), name));
  }
}
