/** A job put together: its matrices as stores, its own files, the searches it asks for, its phases. */
import type { FileMatrix } from '../../storage/matrix/file-matrix.js';
import { rowsWritten } from './check-manifest.js';
import type { JobFile } from './job-file.js';
import type { DestinationSpec, JobKind } from './job-kind.js';
import type { JobManifest } from './job-manifest.js';
import { JobSearcher } from './job-searcher.js';
import { MatrixStore } from './matrix-store.js';
import type { OpenJob } from './open-job.js';
import { SideFile } from './side-file.js';

/** How a run of a job searches; results never depend on it. */
export interface JobResources {
  readonly threads: number | undefined;
  /** Bytes. */
  readonly memory: number | undefined;
  readonly method: string | undefined;
}

/** Matrices of a job, open. */
export interface JobMatrices {
  readonly reference: FileMatrix;
  readonly query: FileMatrix | undefined;
  readonly destinations: ReadonlyMap<string, FileMatrix>;
}

const mostBlockBytes = 2 ** 26;

/** @param closers gets what closes the job's own files @throws EngineError `io` naming one that should be there */
export function assembleJob(
  file: JobFile,
  manifest: JobManifest,
  kind: JobKind,
  matrices: JobMatrices,
  resources: JobResources,
  closers: (() => void)[],
): OpenJob {
  const { settings } = manifest;
  const searcher = new JobSearcher({
    reference: matrices.reference.points(),
    queries: matrices.query?.points() ?? null,
    settings,
    ...resources,
  });
  const { memory } = resources;
  const phases = kind.open({
    manifest,
    searcher,
    blockBytes: memory === undefined ? mostBlockBytes : Math.min(mostBlockBytes, Math.floor(memory / 4)),
    graphMemory: memory === undefined ? undefined : Math.floor(memory / 2),
    threads: resources.threads,
    destination(name) {
      const matrix = matrices.destinations.get(name);
      const spec = kind.destinations.find((one) => one.name === name);
      if (matrix === undefined || spec === undefined) return undefined;
      return storeOf(matrix, spec, settings);
    },
    sideFile(phase, shape) {
      const path = file.beside(shape.name);
      const opened = SideFile.open(path, shape, rowsWritten(manifest, kind, phase), file.newFileMode);
      closers.push(() => opened.close());
      return opened;
    },
  });
  return { file, manifest, phases };
}

function storeOf(matrix: FileMatrix, spec: DestinationSpec, settings: JobManifest['settings']): MatrixStore {
  return new MatrixStore(matrix, {
    name: spec.name,
    width: spec.shape === 'queries × k' ? (settings.k ?? 1) : 1,
    perEdge: spec.shape === 'edges',
    base: settings.base,
  });
}
