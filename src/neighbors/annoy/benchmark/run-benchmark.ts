/** One reference measured: exact search, then for each number of trees a build, and for each searchK a search. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Metric } from '../../metric.js';
import { knn } from '../../knn.js';
import type { DenseRows } from '../../points-of-rows.js';
import { recall } from '../../recall.js';
import type { KnnResult } from '../../results.js';
import { contentOfFile } from '../../../storage/replace-file.js';
import { makeFolder, tryRemoveFile, tryRemoveFolder } from '../../../storage/disk-file.js';
import { createMatrix } from '../../../storage/matrix/create-matrix.js';
import type { AnnoyIndex, AnnoyValidation } from '../annoy-index.js';
import { exactMetrics } from '../annoy-ranking.js';
import { buildAnnoy } from '../build-annoy.js';
import { openAnnoy } from '../open-annoy.js';
import { randomRows } from './benchmark-data.js';
import type { KnownBenchmark } from './benchmark-options.js';
import type { AnnoyBenchmarkRow } from './benchmark-row.js';

/** An index that was measured; unless files are kept, it is gone. */
export interface AnnoyBenchmarkIndex {
  readonly indexPath: string;
  readonly metadataPath: string;
  /** Made before anything was timed. */
  readonly validation: AnnoyValidation;
}

/** What was measured over one reference. */
export interface MeasuredReference {
  readonly rows: readonly AnnoyBenchmarkRow[];
  readonly indexes: readonly AnnoyBenchmarkIndex[];
}

/** Rows as they are given to builds and searches: in memory, or as the path of a matrix. */
type Given = DenseRows | string;

async function timed<T>(work: () => Promise<T>): Promise<readonly [value: T, seconds: number]> {
  const start = performance.now();
  const value = await work();
  return [value, (performance.now() - start) / 1000];
}

/** @param size rows and columns of a reference that is made up */
export async function measureReference(
  known: KnownBenchmark,
  size: { readonly rows: number; readonly columns: number },
  withExactRow: boolean,
): Promise<MeasuredReference> {
  const folder = join(known.folder, `annoy-benchmark-${randomBytes(8).toString('hex')}`);
  makeFolder(folder);
  const files: string[] = [];
  try {
    return await measureIn(folder, files, known, size, withExactRow);
  } finally {
    if (!known.keepFiles) {
      for (const file of files) tryRemoveFile(file);
      tryRemoveFolder(folder);
    }
  }
}

async function measureIn(
  folder: string,
  files: string[],
  known: KnownBenchmark,
  size: { readonly rows: number; readonly columns: number },
  withExactRow: boolean,
): Promise<MeasuredReference> {
  const { metric, k, seed, threads, signal } = known;
  const reference = known.reference ?? randomRows(metric, size.rows, size.columns, seed);
  const query =
    known.query === undefined ? randomRows(metric, known.queries, reference.cols, seed + 1) : known.query;
  const place = (name: string, values: DenseRows): Given => {
    if (!known.fileBacked) return values;
    const { data, rows, cols } = values;
    const type = data instanceof Float32Array ? 'float32' : 'float64';
    const matrix = createMatrix(join(folder, name), { rows, cols, type, data });
    if (matrix.path !== null) files.push(matrix.path);
    files.push(...matrix.files);
    matrix.close();
    return join(folder, `${name}.desc`);
  };
  const [given, asked] = [place('reference', reference), query === null ? undefined : place('query', query)];
  const exact = known.exact
    ? await timed(() => knn(given, { query: asked, k, metric: exactMetric(known), threads, signal }))
    : undefined;
  const facts = factsOf(known, reference, query);
  const rows: AnnoyBenchmarkRow[] = [];
  const indexes: AnnoyBenchmarkIndex[] = [];
  for (const trees of known.trees) {
    const path = join(folder, `${String(trees)}-trees.ann`);
    const metadataPath = `${path}.meta`;
    files.push(path, metadataPath);
    const [built, buildSeconds] = await timed(() =>
      buildAnnoy(given, { path, trees, metric, seed: known.buildSeed, threads, signal }),
    );
    const validation = await built.validate({ threads, signal });
    indexes.push({ indexPath: path, metadataPath, validation });
    const metadataBytes = contentOfFile(metadataPath)?.length ?? 0;
    for (const searchK of known.searchK) {
      const index = openAnnoy(path, { loadMode: known.loadMode });
      const [found, seconds] = await timed(() => index.search(asked, { k, searchK, threads, signal }));
      const ties = metric === 'hamming' ? 'distance' : 'index';
      rows.push({
        implementation: 'annoy',
        ...facts,
        backend: 'cpp',
        n_trees: trees,
        search_k: searchK,
        build_elapsed: buildSeconds,
        search_elapsed: seconds,
        exact_elapsed: exact?.[1] ?? null,
        recall_at_k: exact === undefined ? null : (await recall(found, exact[0], { ties })).mean,
        build_rows_per_second: reference.rows / buildSeconds,
        queries_per_second: facts.n_query / seconds,
        ...bytesWith(facts, index, metadataBytes),
        index_id: index.id ?? null,
      });
      await index.close();
    }
  }
  if (withExactRow && exact !== undefined) rows.push(exactRow(facts, exact));
  return { rows, indexes };
}

/** Exact search over the same rows; Annoy's own order of the same numbers. */
function exactMetric({ metric }: KnownBenchmark): Metric {
  return metric === 'hamming' ? 'hamming' : (exactMetrics[metric] as Metric);
}

function factsOf(known: KnownBenchmark, reference: DenseRows, query: DenseRows | null) {
  return {
    metric: known.metric,
    filebacked: known.fileBacked,
    self_search: query === null,
    load_mode: known.loadMode,
    n_ref: reference.rows,
    n_query: query?.rows ?? reference.rows,
    n_dim: reference.cols,
    k: known.k,
    build_threads: known.threads ?? -1,
    ref_bytes: reference.data.byteLength,
    query_bytes: query?.data.byteLength ?? 0,
  } as const;
}

type Facts = ReturnType<typeof factsOf>;

function bytesWith({ ref_bytes, query_bytes }: Facts, { fileSize }: AnnoyIndex, metadataBytes: number) {
  return {
    index_bytes: fileSize,
    metadata_bytes: metadataBytes,
    total_data_bytes: ref_bytes + query_bytes + fileSize + metadataBytes,
  } as const;
}

/** Exact search has no index: what it prepares is part of its search. */
function exactRow(facts: Facts, [, seconds]: readonly [KnnResult, number]): AnnoyBenchmarkRow {
  return {
    implementation: 'exact',
    ...facts,
    backend: 'exact',
    n_trees: null,
    search_k: null,
    build_elapsed: 0,
    search_elapsed: seconds,
    exact_elapsed: seconds,
    recall_at_k: 1,
    build_rows_per_second: 0,
    queries_per_second: facts.n_query / seconds,
    index_bytes: 0,
    metadata_bytes: 0,
    total_data_bytes: facts.ref_bytes + facts.query_bytes,
    index_id: null,
  };
}
