/** Checkpoints that someone made to look right: errors, and never a file outside of their folder. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { EngineError, resumeJob } from '../../src/index.js';
import { manifestChecksum } from '../../src/neighbors/jobs/job-manifest.js';
import { everything, graphJob, radius } from './begin-job.js';
import { makeJobFolder } from './job-matrices.js';
import { scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const place = join(folder, 'place');
const outside = join(folder, 'outside');
const at = (name: string): string => join(place, name);

beforeAll(async () => {
  makeJobFolder(outside);
  cpSync(outside, place, { recursive: true });
  await expect(graphJob(place, 20)).rejects.toMatchObject({ code: 'cancelled' });
  await expect(radius(place, 20)).rejects.toMatchObject({ code: 'cancelled' });
});

/** Any change of a checkpoint whose checksum is right again. */
function forge(text: string, change: (fields: Record<string, unknown>) => void): string {
  const fields = JSON.parse(text) as Record<string, unknown>;
  delete fields['checksum'];
  change(fields);
  return JSON.stringify({ ...fields, checksum: manifestChecksum(fields) });
}

/** Every value inside of parsed JSON, as the way to it. */
function waysIn(value: unknown, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([name, inner]) => waysIn(inner, [...way, name]))];
}

function replaceIn(fields: Record<string, unknown>, way: readonly string[], value: unknown): void {
  let inner = fields;
  for (const name of way.slice(0, -1)) inner = inner[name] as Record<string, unknown>;
  inner[way.at(-1)!] = value;
}

test.each(['graph.json', 'radius.json'])(
  'forged checkpoints of %s: errors and nothing else',
  { timeout: 300_000 },
  async (name) => {
    const before = everything(outside);
    const text = readFileSync(at(name), 'utf8');
    const ways = waysIn(JSON.parse(text)).filter((way) => way.length > 0 && way[0] !== 'checksum');
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom(
        0,
        1,
        -1,
        2 ** 31,
        2 ** 53,
        1e300,
        '',
        '..',
        '__proto__',
        'constructor',
        '0'.repeat(32),
      ),
      fc.constantFrom(
        '../outside/to.desc',
        '../outside',
        join(outside, 'to.desc'),
        'from.desc',
        'ref.desc',
        'collect',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ways), values, async (way, value) => {
        writeFileSync(
          at(name),
          forge(text, (fields) => replaceIn(fields, way, value)),
        );
        try {
          await resumeJob(at(name), { verify: true });
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
          expect((error as EngineError).code).not.toBe('internal');
        }
      }),
      { numRuns: 1000 },
    );
    expect(everything(outside)).toEqual(before);
  },
);
