/** buildAnnoy: an index of approximate neighbours over rows of numbers, as a file that Annoy can read. */
import { EngineError } from '../../base/engine-error.js';
import { annoyVersion, packageVersion, writeAnnoy } from '../../native/annoy.js';
import { openAnnoyPair } from '../../storage/annoy/annoy-pair.js';
import { commitAnnoy } from '../../storage/annoy/commit-annoy.js';
import type { WrittenAnnoy } from '../../storage/annoy/commit-annoy.js';
import type { AnnoySidecar } from '../../storage/annoy/sidecar.js';
import { stateOfFile } from '../../storage/disk-file.js';
import type { PointsInput, ResolvedPoints } from '../points-input.js';
import { knownInput, resolveKnown, shapeOfInput } from '../points-input.js';
import { memoryOf, reportDone, taskOptions } from '../search-options.js';
import type { AnnoyIndex } from './annoy-index.js';
import type { BuildAnnoyOptions, KnownBuild } from './annoy-options.js';
import { knownBuild } from './annoy-options.js';
import { withSidecar } from './open-annoy.js';

/**
 * Builds an index over the rows of a reference, and writes it as `path` with its sidecar `path.meta`; Annoy itself, in any
 * language, reads the file, and bigANNOY both.
 *
 * Row i is item i. Values are rounded to floats, which is all that the format holds. The same rows, seed and options give the
 * same bytes whatever the threads and the memory. A reference larger than `memory` is built on the disk. The pair appears
 * when it is whole: whatever happens before, an index that was there stays.
 *
 * Cost: about trees × rows × columns × log₂(rows / columns) multiplications; (12 … 24 + 4 × columns) × 2 or 3 × rows bytes of disk.
 *
 * @throws EngineError `argument` for anything asked that cannot be, before anything is read or written; `data` naming a row that
 *   floats cannot hold; `locked` while another build has the path; `memory`, `io`, `no-space`, `cancelled`
 * @example
 * const rows = [[0, 0], [5, 0], [0, 5], [5, 5], [9, 9]]
 * const index = await buildAnnoy(rows, { path: 'ref.ann', trees: 25, seed: 99 })
 * const near = await index.search([[0.2, 0.1], [4.7, 5.1]], { k: 2, searchK: 100 })
 * near.index      // => Uint32Array(4) [0, 1, 3, 2]
 */
export async function buildAnnoy(reference: PointsInput, options: BuildAnnoyOptions): Promise<AnnoyIndex> {
  const known = knownBuild(options);
  const { paths, search, loadMode } = known;
  const input = knownInput(reference, 'the reference');
  checkRows(shapeOfInput(input).rows);
  const { threads, signal } = search;
  const points = await resolveKnown(input, 'the reference', { memory: memoryOf(search), threads, signal });
  try {
    checkRows(points.rows);
    checkApart(known, points);
    const watch = taskOptions(search, 'build', points.rows);
    await commitAnnoy(
      paths,
      (draft) => writeAnnoy(points.points, { ...known, threads, memory: search.memory, path: draft }, watch),
      (written) => sidecarOf(known, points.cols, written),
      { signal },
    );
    reportDone(search, points.rows);
  } finally {
    await points.close();
  }
  const opened = openAnnoyPair(paths);
  if (opened !== undefined) {
    return withSidecar(opened, { paths, loadMode, prefault: false, metric: undefined, dimension: undefined });
  }
  throw new EngineError('changed', `${paths.metadataPath} was removed while the index was opened`, {
    detail: { path: paths.metadataPath },
  });
}

function checkRows(rows: number | undefined): void {
  if (rows !== 0) return;
  throw new EngineError('argument', 'buildAnnoy has nothing to build from: the reference has no rows');
}

/** That neither file takes the place of one that is read. */
function checkApart({ paths }: KnownBuild, { files }: ResolvedPoints): void {
  for (const [option, path] of [
    ['path', paths.path],
    ['metadataPath', paths.metadataPath],
  ] as const) {
    const state = stateOfFile(path);
    if (state === undefined || !files.some((file) => stateOfFile(file) === state)) continue;
    throw new EngineError(
      'argument',
      `${option} is ${path}, which the reference is read from; write to another file`,
      {
        detail: { option, path },
      },
    );
  }
}

function sidecarOf(
  known: KnownBuild,
  dimension: number,
  { built, md5, fileMillis }: WrittenAnnoy,
): AnnoySidecar {
  const { seed, perTree, search, metric, loadMode, paths } = known;
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  return {
    metadataVersion: '1',
    packageVersion: packageVersion(),
    annoyVersion,
    id: `annoy-${time}-${md5.slice(0, 12)}`,
    metric,
    dimension,
    items: built.items,
    trees: built.trees,
    buildSeed: seed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seed) : seed,
    buildThreads: search.threads ?? -1,
    buildBackend: 'cpp',
    fileSize: built.bytes,
    fileMillis,
    fileMd5: md5,
    loadMode,
    indexFile: paths.path.split(/[/\\]/).at(-1),
    blockSums: built.blockSums,
    seeding: perTree ? 'tree' : 'annoy',
  };
}
