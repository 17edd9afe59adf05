/** Opening Annoy indexes, and the life of one: what is refused by name, closed, opened again, and told of itself. */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EngineError, buildAnnoy, openAnnoy } from 'spillway';
import type { OpenAnnoyOptions } from 'spillway';
import { scratchFolder } from '../../faults/scratch-folder.js';
import { clusteredRows, fiveRows } from './annoy-rows.js';

const folder = scratchFolder();
const fresh = join(folder, 'fresh');
const place = join(folder, 'place');
const at = (name: string): string => join(place, name);
const rows = { data: clusteredRows(900, 40), rows: 900, cols: 40 };

beforeAll(async () => {
  mkdirSync(fresh);
  await buildAnnoy(rows, { path: join(fresh, 'x.ann'), trees: 6, seed: 5 });
  await buildAnnoy(rows, { path: join(fresh, 'y.ann'), trees: 6, seed: 6 });
  await buildAnnoy(fiveRows, { path: join(fresh, 'five.ann'), trees: 25, seed: 99, seeding: 'annoy' });
  await buildAnnoy(rows, { path: join(fresh, 'angular.ann'), metric: 'angular', trees: 6 });
});
beforeEach(() => {
  rmSync(place, { recursive: true, force: true });
  cpSync(fresh, place, { recursive: true, preserveTimestamps: true });
});

function refused(
  path: string,
  options: OpenAnnoyOptions | undefined,
  code: string,
  ...words: string[]
): void {
  let failure: unknown;
  try {
    openAnnoy(path, options);
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(EngineError);
  expect(failure).toMatchObject({ code });
  for (const word of words) expect((failure as EngineError).message).toContain(word);
}

test('an index tells what it is', () => {
  const index = openAnnoy(at('five.ann'));
  const id = index.id!;
  expect(inspect(index)).toBe(
    `<annoy index>
  path: ${at('five.ann')}
  metadata: ${at('five.ann.meta')}
  index_id: ${id}
  metric: euclidean
  trees: 25
  items: 5
  dimension: 2
  build_seed: 99
  build_threads: -1
  build_backend: cpp
  load_mode: eager
  loaded: true
  file_size: 2496
  file_md5: c2eab887babb44656824ba64e545d6c9
  prefault: false`,
  );
  const { label, rows, columns } = index;
  expect({ label, rows, columns }).toEqual({ label: 'five.ann', rows: 5, columns: 2 });
});

test('lazy and eager, closed and opened again', async () => {
  const index = openAnnoy(at('x.ann'), { loadMode: 'lazy', prefault: true });
  expect(index).toMatchObject({ isLoaded: false, prefault: true, loadMode: 'lazy', items: 900, trees: 6 });
  const first = await index.search({ k: 3 });
  expect(index.isLoaded).toBe(true);
  await index.close();
  await index.close();
  expect(index.isLoaded).toBe(false);
  expect((await index.search({ k: 3 })).index).toEqual(first.index);
  expect(index.isLoaded).toBe(true);
  {
    await using eager = openAnnoy(at('x.ann'));
    expect(eager.isLoaded).toBe(true);
  }
});

test('a search that runs is not disturbed by closing, or by another index in the place of the file', async () => {
  const index = openAnnoy(at('x.ann'));
  const expected = await index.search({ k: 5, searchK: 5000 });
  const running = index.search({ k: 5, searchK: 5000 });
  await index.close();
  renameSync(at('y.ann'), at('x.ann'));
  renameSync(at('y.ann.meta'), at('x.ann.meta'));
  expect((await running).index).toEqual(expected.index);
});

test('an index whose file was replaced goes on with the old one while it is open, and says so afterwards', async () => {
  const index = openAnnoy(at('x.ann'));
  const expected = await index.search({ k: 5 });
  await buildAnnoy(rows, { path: at('x.ann'), trees: 6, seed: 7 });
  expect((await index.search({ k: 5 })).index).toEqual(expected.index);
  await index.close();
  await expect(index.search({ k: 5 })).rejects.toMatchObject({
    code: 'changed',
    message: expect.stringMatching(/is not the index that was opened: that was annoy-.*open it again/),
  });
  await expect(index.open()).rejects.toMatchObject({ code: 'changed' });
  rmSync(at('x.ann.meta'));
  await expect(index.search({ k: 5 })).rejects.toMatchObject({ code: 'changed' });
  rmSync(at('x.ann'));
  await expect(index.search({ k: 5 })).rejects.toMatchObject({ code: 'io' });
});

test('a file that is cut or written to under an open index', async () => {
  for (const change of [
    () => {
      truncateSync(at('x.ann'), 70_000);
    },
    () => {
      appendFileSync(at('x.ann'), 'more');
    },
    () => {
      writeFileSync(at('x.ann'), readFileSync(at('y.ann')));
    },
  ]) {
    const index = openAnnoy(at('x.ann'));
    await index.search({ k: 3 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    change();
    await expect(index.search({ k: 3 })).rejects.toMatchObject({ code: 'changed' });
    await index.close();
    await expect(index.search({ k: 3 })).rejects.toMatchObject({
      code: expect.stringMatching(/changed|format/),
    });
    cpSync(join(fresh, 'x.ann'), at('x.ann'));
    expect(await index.search({ k: 3 })).toMatchObject({ rows: 900 });
  }
});

test('a pair can be moved, renamed and copied', async () => {
  mkdirSync(at('elsewhere'));
  const expected = await openAnnoy(at('x.ann')).search({ k: 2 });
  cpSync(at('x.ann'), at('elsewhere/z.ann'));
  cpSync(at('x.ann.meta'), at('elsewhere/z.ann.meta'));
  symlinkSync(at('elsewhere'), at('link'));
  const moved = openAnnoy(at('link/z.ann'));
  expect((await moved.search({ k: 2 })).index).toEqual(expected.index);
});

describe('without a sidecar', () => {
  beforeEach(() => {
    rmSync(at('x.ann.meta'));
    rmSync(at('angular.ann.meta'));
  });

  test('it opens when it is told what it is', async () => {
    const index = openAnnoy(at('x.ann'), { metric: 'euclidean', dimension: 40 });
    expect(index).toMatchObject({
      items: 900,
      trees: 6,
      dimension: 40,
      metadataPath: undefined,
      id: undefined,
    });
    expect(String(index)).toContain('metadata: unknown');
    const { index: found } = await index.search({ k: 3 });
    expect(found).toEqual((await openAnnoy(join(fresh, 'x.ann')).search({ k: 3 })).index);
    const { valid, checks } = await index.validate();
    expect(valid).toBe(true);
    expect(checks.find(({ check }) => check === 'sidecar')).toMatchObject({
      passed: false,
      severity: 'warning',
    });
    await index.close();
    cpSync(at('y.ann'), at('x.ann'));
    await expect(index.search({ k: 3 })).rejects.toMatchObject({ code: 'changed' });
  });

  test('else it says what is missing, and what it may be', () => {
    const both = "it may be { metric: 'euclidean', dimension: 40 } or { metric: 'manhattan', dimension: 40 }";
    refused(at('x.ann'), undefined, 'argument', 'x.ann.meta', 'give metric and dimension', both);
    refused(
      at('x.ann'),
      { metric: 'euclidean' },
      'argument',
      'give dimension',
      "{ metric: 'euclidean', dimension: 40 }",
    );
    refused(
      at('angular.ann'),
      { dimension: 40 },
      'argument',
      'give metric',
      "it may be { metric: 'angular', dimension: 40 }",
    );
    writeFileSync(at('text.ann'), 'this is no index of anything at all, it is a text');
    refused(at('text.ann'), undefined, 'argument', 'give metric and dimension');
  });

  test('a wrong dimension, a foreign metric, and files that are none', () => {
    refused(at('x.ann'), { metric: 'euclidean', dimension: 41 }, 'format', 'x.ann');
    refused(at('x.ann'), { metric: 'angular', dimension: 40 }, 'format', 'x.ann');
    writeFileSync(at('none.ann'), '');
    refused(at('none.ann'), { metric: 'euclidean', dimension: 40 }, 'format', 'none.ann');
    truncateSync(at('x.ann'), 12_345);
    refused(at('x.ann'), { metric: 'euclidean', dimension: 40 }, 'format', 'x.ann');
  });
});

describe('with a sidecar', () => {
  test('what is given beside it must agree', () => {
    expect(openAnnoy(at('x.ann'), { metric: 'euclidean', dimension: 40 }).items).toBe(900);
    refused(
      at('x.ann'),
      { metric: 'manhattan' },
      'argument',
      'metric is given as manhattan',
      'says euclidean',
    );
    refused(at('x.ann'), { dimension: 41 }, 'argument', 'dimension is given as 41', 'says 40');
  });

  test('mixed up and swapped', () => {
    renameSync(at('x.ann'), at('z.ann'));
    renameSync(at('y.ann'), at('x.ann'));
    renameSync(at('z.ann'), at('y.ann'));
    for (const name of ['x.ann', 'y.ann'])
      expect(() => openAnnoy(at(name))).toThrow(/(x|y)\.ann.*\.ann\.meta says what it was/);
    cpSync(at('x.ann'), at('x.ann.meta'));
    refused(at('x.ann'), undefined, 'format', 'x.ann.meta');
    cpSync(at('five.ann.meta'), at('five.ann'));
    refused(at('five.ann'), undefined, 'changed', 'five.ann');
  });

  test.each([0, 1, 100, 65_536, 200_000])('truncated to %i bytes', (bytes) => {
    truncateSync(at('x.ann'), bytes);
    expect(() => openAnnoy(at('x.ann'))).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/changed|format/),
        detail: expect.objectContaining({ path: at('x.ann') }),
      }) as Error,
    );
  });

  test('grown', () => {
    writeFileSync(at('x.ann'), Buffer.concat([readFileSync(at('x.ann')), Buffer.alloc(176)]));
    refused(at('x.ann'), undefined, 'changed', 'x.ann', 'bytes');
  });

  test('a foreign metric and a wrong dimension in the sidecar', () => {
    const text = readFileSync(at('x.ann.meta'), 'utf8');
    const changed = (field: string, value: string): void => {
      writeFileSync(at('x.ann.meta'), text.replace(new RegExp(`^${field}: .*$`, 'm'), `${field}: ${value}`));
    };
    changed('metric', 'angular');
    refused(at('x.ann'), undefined, 'format', 'x.ann');
    changed('n_dim', '39');
    refused(at('x.ann'), undefined, 'format', 'x.ann');
    changed('n_ref', '901');
    refused(at('x.ann'), undefined, 'changed', '900 items, not 901');
    changed('n_trees', '60');
    refused(at('x.ann'), undefined, 'changed', 'trees, not 60');
    changed('n_dim', 'many');
    refused(at('x.ann'), undefined, 'format', 'x.ann.meta, line', 'n_dim must be a whole number');
    writeFileSync(at('x.ann.meta'), 'x'.repeat(1 << 20));
    refused(at('x.ann'), undefined, 'format', 'x.ann.meta is larger than');
    writeFileSync(at('x.ann.meta'), '');
    refused(at('x.ann'), undefined, 'format', 'file_size is missing');
  });

  test('no file, a folder, and options that are none', () => {
    refused(at('missing.ann'), undefined, 'io', 'missing.ann', 'does not exist');
    mkdirSync(at('folder.ann'));
    refused(at('folder.ann'), undefined, 'io', 'folder.ann');
    refused('', undefined, 'argument', 'path of openAnnoy');
    refused(
      at('x.ann'),
      { loadMode: 'never' } as unknown as OpenAnnoyOptions,
      'argument',
      'loadMode must be',
    );
    refused(at('x.ann'), { dimension: 0 }, 'argument', 'dimension must be');
    refused(at('x.ann'), { metric: 'l2' } as unknown as OpenAnnoyOptions, 'argument', 'has no metric "l2"');
    refused(at('x.ann'), { trees: 5 } as unknown as OpenAnnoyOptions, 'argument', 'has no option "trees"');
  });
});
