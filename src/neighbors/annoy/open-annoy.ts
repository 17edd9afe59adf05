/** openAnnoy: an index from a file that buildAnnoy, bigANNOY or Annoy itself has written. */
import { EngineError } from '../../base/engine-error.js';
import type { AnnoyMetric } from '../../data/annoy-metric.js';
import type { NativeAnnoy } from '../../native/annoy.js';
import { openAnnoyFile } from '../../native/annoy.js';
import type { AnnoyPair } from '../../storage/annoy/annoy-pair.js';
import { openAnnoyPair } from '../../storage/annoy/annoy-pair.js';
import { readingsOf } from '../../storage/annoy/annoy-readings.js';
import { stateOfFile } from '../../storage/disk-file.js';
import { AnnoyIndex, replacedError } from './annoy-index.js';
import type { KnownOpen, OpenAnnoyOptions } from './annoy-options.js';
import { knownOpen } from './annoy-options.js';

/**
 * Opens an index for searching. The file is mapped, not read: what is opened is as large as it may be, and takes a few
 * milliseconds.
 *
 * Size, sidecar and the roots of the trees are checked here, everything else when a search comes by it, or by `validate`.
 * A file without a sidecar, as Annoy writes it, needs `metric` and `dimension`: it does not say them itself.
 *
 * @throws EngineError `io` when there is no such file; `format` for a file or sidecar that is damaged or none; `changed` for a
 *   file and a sidecar that do not belong together; `argument` for a metric or dimension other than the sidecar's, or missing
 * @example
 * await buildAnnoy([[0, 0], [5, 0], [0, 5], [5, 5], [9, 9]], { path: 'five.ann', trees: 10 })
 * const five = openAnnoy('five.ann')
 * five.items       // => 5
 * five.isLoaded    // => true
 */
export function openAnnoy(path: string, options: OpenAnnoyOptions = {}): AnnoyIndex {
  const known = knownOpen(path, options);
  const pair = openAnnoyPair(known.paths, { prefault: known.prefault && known.loadMode === 'eager' });
  return pair === undefined ? withoutSidecar(known) : withSidecar(pair, known);
}

/** An index of which a pair of files was opened. */
export function withSidecar(pair: AnnoyPair, known: KnownOpen): AnnoyIndex {
  const { paths, loadMode, prefault } = known;
  const { sidecar, file } = pair;
  checkAgrees('metric', known.metric, sidecar.metric, pair);
  checkAgrees('dimension', known.dimension, sidecar.dimension, pair);
  const reopen = (): NativeAnnoy => {
    const again = openAnnoyPair(paths, { prefault });
    if (again === undefined) throw replacedError(paths.path, `${paths.metadataPath} is gone`);
    const { id, fileMd5 } = again.sidecar;
    if (id === sidecar.id && fileMd5 === sidecar.fileMd5) return again.file;
    throw replacedError(paths.path, `that was ${sidecar.id}, this is ${id}`);
  };
  return new AnnoyIndex({ paths, metric: sidecar.metric, sidecar, file, loadMode, prefault, reopen });
}

function checkAgrees<T extends string | number>(
  name: string,
  given: T | undefined,
  found: T,
  { sidecarPath }: AnnoyPair,
): void {
  if (given === undefined || given === found) return;
  throw new EngineError(
    'argument',
    `${name} is given as ${String(given)}, but ${sidecarPath} says ${String(found)}; leave it out`,
    { detail: { option: name, path: sidecarPath, found } },
  );
}

function withoutSidecar(known: KnownOpen): AnnoyIndex {
  const { paths, loadMode, prefault, metric, dimension } = known;
  const { path } = paths;
  if (metric === undefined || dimension === undefined) throw notTold(known);
  const facts = { path, metric, dimension };
  const file = openAnnoyFile({ ...facts, prefault: prefault && loadMode === 'eager' });
  const state = stateOfFile(path);
  const reopen = (): NativeAnnoy => {
    if (stateOfFile(path) !== state) throw replacedError(path, 'it was written since');
    return openAnnoyFile({ ...facts, prefault, items: file.items, bytes: file.bytes });
  };
  return new AnnoyIndex({ paths, metric, sidecar: undefined, file, loadMode, prefault, reopen });
}

/** That a file without a sidecar needs both, with what they may be. */
function notTold({ paths, metric, dimension }: KnownOpen): EngineError {
  const missing = [metric === undefined ? 'metric' : '', dimension === undefined ? 'dimension' : ''].filter(
    Boolean,
  );
  const readings = readingsOf(paths.path, { metric, dimension }, 3);
  const shown = (reading: { readonly metric: AnnoyMetric; readonly dimension: number }): string =>
    `{ metric: '${reading.metric}', dimension: ${String(reading.dimension)} }`;
  const guess =
    readings.length === 0
      ? ''
      : `. Going by its size and roots it may be ${readings.map(shown).join(' or ')}`;
  return new EngineError(
    'argument',
    `${paths.path} has no sidecar ${paths.metadataPath}, and does not say itself what it is: give ${missing.join(' and ')}${guess}`,
    { detail: { path: paths.path, metadata: paths.metadataPath, missing, readings } },
  );
}
