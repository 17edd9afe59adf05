/** Begins a job: everything is checked, the checkpoint is made, and only then something is written. */
import { randomBytes } from 'node:crypto';
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import type { FileMatrix } from '../../storage/matrix/file-matrix.js';
import type { DestinationRule } from '../destination.js';
import { closeAll, openDestinations } from '../destinations.js';
import { openedMatrix } from '../matrix-input.js';
import type { MatrixSource } from '../matrix-input.js';
import { checkColumnsFor } from '../metric.js';
import { optionsOf } from '../../query/names.js';
import type { KnownSearch } from '../search-options.js';
import { givenOptions, knownSearch } from '../search-options.js';
import { assembleJob } from './assemble-job.js';
import { JobFile } from './job-file.js';
import type { DestinationSpec, JobKind } from './job-kind.js';
import { recordMatrix } from './job-matrices.js';
import type { JobManifest } from './job-manifest.js';
import { checkedCadence, checkedFlag, checkedPath, jobOptionNames } from './job-options.js';
import type { OnJobProgress } from './job-progress.js';
import { JobReports } from './job-progress.js';
import { NeighborJob } from './neighbor-job.js';
import { atTheBeginning } from './open-job.js';
import { manifestAt, runJob } from './run-job.js';
import { segmentRowsOf } from './segment-sums.js';

/** Closers in the order in which things were opened; called in the other one. */
export type Closers = (() => void | Promise<void>)[];

export async function closeEverything(closers: Closers): Promise<void> {
  for (const close of closers.reverse()) await close();
}

/** Runs a job of this kind from its beginning to its end. */
export async function startJob(kind: JobKind, reference: unknown, options: unknown): Promise<NeighborJob> {
  const own = [
    ...jobOptionNames,
    ...(kind.selfOnly === true ? [] : ['excludeSelf']),
    kind.asks,
    ...(kind.takesQuery ? ['query'] : []),
    ...(kind.options ?? []),
  ];
  const given = givenOptions(options, own, kind.maker);
  const search = knownSearch({ ...given }, kind.maker);
  const closers: Closers = [];
  const file = JobFile.open(checkedPath(given['checkpoint'], kind.maker));
  closers.push(() => {
    file.close();
  });
  try {
    if (checkedFlag('overwrite', given['overwrite']) !== true) checkNew(file);
    return await beginJob(kind, reference, given, search, file, closers);
  } finally {
    await closeEverything(closers);
  }
}

async function beginJob(
  kind: JobKind,
  input: unknown,
  given: Readonly<Record<string, unknown>>,
  search: KnownSearch,
  file: JobFile,
  closers: Closers,
): Promise<NeighborJob> {
  const reference = matrixOf(input, 'the reference', kind, closers);
  const query =
    given['query'] === undefined ? undefined : matrixOf(given['query'], 'the query', kind, closers);
  const settings = settingsOf(kind, given, search, reference, query);
  const queries = (query ?? reference).rows;
  const files = [...reference.files, ...(query?.files ?? [])];
  const into = givenInto(given['into'], kind);
  const rules = kind.destinations.map((spec) => ruleOf(spec, queries, settings, reference.rows));
  const open = await openDestinations(into, rules, files);
  closers.push(() => closeAll(open.values()));
  const destinations = new Map([...open].map(([name, { matrix }]) => [name, matrix] as const));
  const { signal } = search;
  const every = checkedCadence(given['every']);
  const matrices = [
    recordMatrix('reference', reference, file.folder, await reference.fingerprint({ signal })),
  ];
  if (query !== undefined)
    matrices.push(recordMatrix('query', query, file.folder, await query.fingerprint({ signal })));
  for (const [name, matrix] of destinations) matrices.push(recordMatrix(name, matrix, file.folder, null));
  const manifest: JobManifest = {
    name: file.name,
    id: randomBytes(16).toString('hex'),
    type: kind.type,
    status: 'running',
    phase: kind.phases[0]!,
    cursor: { row: 0, edge: 0 },
    queries,
    total: kind.asks === 'k' && kind.phases.length === 1 ? queries * (settings.k ?? 0) : null,
    settings,
    every,
    matrices,
    segmentRows: segmentRowsOf(queries),
    written: [],
  };
  const { threads, memory, method } = search;
  const job = assembleJob(
    file,
    manifest,
    kind,
    { reference, query, destinations },
    { threads, memory, method },
    closers,
  );
  const position = atTheBeginning(manifest.total);
  await file.write(manifestAt(job, position));
  const reports = new JobReports(
    given['onProgress'] as OnJobProgress | undefined,
    queries,
    kind.phases.length,
  );
  return new NeighborJob(await runJob(job, position, reports, signal), file.path);
}

/** @throws EngineError `argument` where a job has its checkpoint already; what reading another file there throws */
function checkNew(file: JobFile): void {
  const before = file.read();
  if (before === undefined) return;
  const job = new NeighborJob(before, file.path);
  throw new EngineError(
    'argument',
    `${file.path} is the checkpoint of another job (${job.toString()}); resumeJob goes on with that one, ` +
      'overwrite: true begins anew, and another path keeps both',
    { detail: { option: 'checkpoint', path: file.path } },
  );
}

/** @throws EngineError `argument` for what is no matrix: nothing else is there when the job is resumed */
function matrixOf(input: unknown, role: string, kind: JobKind, closers: Closers): FileMatrix {
  const opened = openedMatrix(input, { readOnly: true });
  if (opened === undefined)
    throw new EngineError(
      'argument',
      `${role} of ${kind.maker} must be a matrix on disk, its descriptor or the path of that, since the job has to find ` +
        'it again when it is resumed: write the rows into one with createMatrix(path, { rows, cols, data })',
      { detail: { option: role } },
    );
  closers.push(opened.close);
  return opened.matrix;
}

function settingsOf(
  kind: JobKind,
  given: Readonly<Record<string, unknown>>,
  search: KnownSearch,
  reference: FileMatrix,
  query: FileMatrix | undefined,
): JobManifest['settings'] {
  const { maker } = kind;
  const metric = search.metric ?? { name: 'euclidean', p: 2 };
  checkColumnsFor(metric, reference.cols, 'the reference');
  if (reference.rows === 0)
    throw new EngineError('argument', `${maker} has nothing to search: the reference has no rows`);
  if (query !== undefined && query.cols !== reference.cols)
    throw new EngineError(
      'argument',
      `the query has ${query.cols} columns, and the reference ${reference.cols}; they must have the same`,
      { detail: { option: 'query' } },
    );
  const self = query === undefined;
  const excludeSelf = checkedFlag('excludeSelf', given['excludeSelf']) ?? self;
  if (excludeSelf && !self)
    throw new EngineError(
      'argument',
      'excludeSelf is for rows of the reference itself: leave it or the query out',
      { detail: { option: 'excludeSelf' } },
    );
  const most = excludeSelf ? reference.rows - 1 : reference.rows;
  return {
    metric: metric.name,
    p: metric.name === 'minkowski' ? metric.p : null,
    k: kind.asks === 'k' ? checkedK(given['k'], most, maker) : null,
    radius: kind.asks === 'radius' ? checkedRadius(given['radius'], metric.name, maker) : null,
    base: search.base,
    excludeSelf,
    missing: search.skipMissing ? 'skip' : 'error',
    graph: kind.graphOf?.(given) ?? null,
  };
}

function checkedK(value: unknown, most: number, maker: string): number {
  const k = checkWhole('k', value, 1);
  if (k <= most) return k;
  throw new EngineError('argument', `${maker} asks for k ${k}, and each row has ${most} others`, {
    detail: { option: 'k', most },
  });
}

function checkedRadius(value: unknown, metric: string, maker: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && (value >= 0 || metric === 'innerProduct'))
    return value;
  throw new EngineError(
    'argument',
    `radius of ${maker} must be a finite number${metric === 'innerProduct' ? '' : ', not negative'}, not ${String(value)}`,
    { detail: { option: 'radius' } },
  );
}

function givenInto(into: unknown, kind: JobKind): Readonly<Record<string, MatrixSource | undefined>> {
  const names = kind.destinations.map(({ name }) => name);
  if (into === undefined || into === null)
    throw new EngineError('argument', `${kind.maker} writes into matrices: into: { ${names.join(', ')} }`, {
      detail: { option: 'into' },
    });
  const given = optionsOf(into, names, 'into') as Readonly<Record<string, MatrixSource | undefined>>;
  for (const { name, needed } of kind.destinations)
    if (needed && given[name] === undefined)
      throw new EngineError('argument', `${kind.maker} needs into.${name}`, {
        detail: { option: `into.${name}` },
      });
  return given;
}

function ruleOf(
  spec: DestinationSpec,
  queries: number,
  settings: JobManifest['settings'],
  referenceRows: number,
): DestinationRule {
  const { name } = spec;
  const k = settings.k ?? 1;
  const highest = Math.max(queries, referenceRows) - 1 + settings.base;
  if (spec.cells === 'offsets') return { name, content: 'offsets', rows: queries + 1, cols: 1, highest: 0 };
  const content = spec.cells === 'rows' ? 'rows' : 'distances';
  if (spec.shape === 'queries × k') return { name, content, rows: queries, cols: k, highest };
  // Of radius jobs it is not known yet how many edges there are.
  const rows = settings.k === null ? undefined : queries * k;
  return { name, content, rows, cols: 1, highest };
}
