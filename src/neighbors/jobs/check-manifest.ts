/** Whether what a checkpoint says fits together, and fits the kind of job that it is of. */
import { EngineError } from '../../base/engine-error.js';
import type { JobKind } from './job-kind.js';
import type { JobManifest, JobPhase, MatrixRecord } from './job-manifest.js';

/** R's names of the types that jobs write. */
const wantedTypes: ReadonlySet<string> = new Set(['integer', 'double']);

/** @throws EngineError `format` */
export function checkManifest(manifest: JobManifest, kind: JobKind, path: string): void {
  const bad = (why: string): EngineError =>
    new EngineError('format', `${path} cannot be used as the checkpoint of a job: ${why}`, {
      detail: { path },
    });
  const { settings, matrices, queries } = manifest;
  if (!kind.phases.includes(manifest.phase)) throw bad(`a ${kind.type} job has no phase ${manifest.phase}`);
  if (
    (settings.k === null) !== (kind.asks !== 'k') ||
    (settings.radius === null) !== (kind.asks !== 'radius')
  )
    throw bad(`a ${kind.type} job has ${kind.asks === 'k' ? 'k' : 'a radius'} and nothing else`);
  if ((settings.graph === null) !== (kind.graphOf === undefined))
    throw bad('it has other settings of a graph');
  const known = ['reference', ...(kind.takesQuery ? ['query'] : []), ...kind.destinations.map((d) => d.name)];
  for (const { role } of matrices) {
    if (!known.includes(role)) throw bad(`a ${kind.type} job has no ${role}`);
    if (matrices.filter((other) => other.role === role).length > 1) throw bad(`it has two of ${role}`);
  }
  const needed = ['reference', ...kind.destinations.filter((d) => d.needed).map((d) => d.name)];
  for (const role of needed) if (recordOf(manifest, role) === undefined) throw bad(`it has no ${role}`);
  for (const role of ['reference', 'query'])
    if (recordOf(manifest, role)?.fingerprint === null) throw bad(`the ${role} has no fingerprint`);
  for (const { name, shape } of kind.destinations) {
    const record = recordOf(manifest, name);
    if (record === undefined) continue;
    const [, cols] = record.cols;
    const wide = shape === 'queries × k' && cols === settings.k;
    if (!wantedTypes.has(record.type) || record.fingerprint !== null || (cols !== 1 && !wide))
      throw bad(`its ${name} is none that a job can write`);
  }
  const asked = recordOf(manifest, 'query') ?? recordOf(manifest, 'reference')!;
  if (asked.rows[1] !== queries)
    throw bad(`it is about ${queries} rows, and its matrix has ${asked.rows[1]}`);
  const last = kind.phases.at(-1) === manifest.phase;
  if (manifest.status === 'completed' && !(last && manifest.cursor.row === queries))
    throw bad('it is completed before its end');
}

/** The matrix of a role, if the job has one. */
export function recordOf(manifest: Pick<JobManifest, 'matrices'>, role: string): MatrixRecord | undefined {
  return manifest.matrices.find((record) => record.role === role);
}

/** Rows that a phase has written; those of phases that are over are all. */
export function rowsWritten(manifest: JobManifest, kind: JobKind, phase: JobPhase): number {
  const at = kind.phases.indexOf(manifest.phase);
  const asked = kind.phases.indexOf(phase);
  if (asked < at) return manifest.queries;
  return asked === at ? manifest.cursor.row : 0;
}

/** The sums of what a phase wrote to a store. @throws EngineError `format` where there are not as many as its rows say */
export function sumsWritten(
  manifest: JobManifest,
  phase: JobPhase,
  store: string,
  rows: number,
  path: string,
): readonly string[] {
  const found = manifest.written.filter((one) => one.phase === phase && one.store === store);
  const sums = found[0]?.sums ?? [];
  if (found.length <= 1 && sums.length === Math.ceil(rows / manifest.segmentRows)) return sums;
  throw new EngineError(
    'format',
    `${path} cannot be used as the checkpoint of a job: it has ${sums.length} sums of ${store} for ${rows} rows`,
    { detail: { path } },
  );
}
