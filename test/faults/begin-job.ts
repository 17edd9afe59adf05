/** Jobs over the matrices of a folder, to their end or to a row. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NeighborJob } from '../../src/index.js';
import { knnGraphJob, radiusJob } from '../../src/index.js';

/** Ends with `cancelled` when `stopAt` rows are written. */
export async function graphJob(where: string, stopAt?: number): Promise<NeighborJob> {
  const stop = new AbortController();
  const file = (name: string): string => join(where, name);
  return knnGraphJob(file('ref.desc'), {
    k: 3,
    into: { from: file('from.desc'), to: file('to.desc'), value: file('value.desc') },
    checkpoint: file('graph.json'),
    every: { rows: 20 },
    signal: stop.signal,
    onProgress: ({ rows }) => {
      if (stopAt !== undefined && rows >= stopAt) stop.abort();
    },
  });
}

/** Ends with `cancelled` when `stopAt` rows are collected. */
export async function radius(where: string, stopAt?: number, rows = 20): Promise<NeighborJob> {
  const stop = new AbortController();
  const file = (name: string): string => join(where, name);
  return radiusJob(file('ref.desc'), {
    radius: 0.1,
    into: { index: file('index.desc'), distance: file('distance.desc'), offset: file('offset.desc') },
    checkpoint: file('radius.json'),
    every: { rows },
    signal: stop.signal,
    onProgress: ({ phase, rows }) => {
      if (stopAt !== undefined && phase === 'collect' && rows >= stopAt) stop.abort();
    },
  });
}

/** Name → hash of all files in a folder. */
export function everything(where: string): Map<string, string> {
  return new Map(
    readdirSync(where)
      .sort()
      .flatMap((name) => hashOf(join(where, name), name)),
  );
}

function hashOf(path: string, name: string): [string, string][] {
  if (statSync(path).isDirectory()) return [];
  return [[name, createHash('sha256').update(readFileSync(path)).digest('hex')]];
}

/** The same for what jobs write. */
export function writtenIn(where: string): Map<string, string> {
  return new Map([...everything(where)].filter(([name]) => name.endsWith('.bin')));
}
