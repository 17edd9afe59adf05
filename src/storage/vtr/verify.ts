/** Walks over everything in a .vtr file: header, slots, footer, statistics, dictionaries, every page and value. */
import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../../base/cancel.js';
import type { OnProgress } from '../../base/progress.js';
import { checkVtrChunk, closeVtr, openVtrScan } from '../../native/vtr.js';
import { readStateOf } from './vtr-state.js';

export interface VerifyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface Verified {
  readonly rows: number;
  readonly columns: number;
  readonly rowGroups: number;
  /** Bytes of pages read. */
  readonly bytes: number;
}

/**
 * Reads, verifies and decodes all of a file. Resolves only if every checksum, bound and value is what it should be.
 *
 * Cost: one pass over the file; memory for one row group of one column.
 *
 * @throws EngineError `format` naming path, offset and what is wrong; `io`; `cancelled`
 * @example const { rows, bytes } = await verify('flights.vtr')
 */
export async function verify(path: string, options: VerifyOptions = {}): Promise<Verified> {
  const state = readStateOf(path);
  const { fields } = state.schema;
  const rowGroups = state.segments.reduce((sum, segment) => sum + segment.groups, 0);
  const scan = openVtrScan({ path, id: state.id, fields, segments: state.segments, verify: 'always' });
  let bytes = 0;
  try {
    for (let column = 0; column < fields.length; column += 1) {
      for (let group = 0; group < rowGroups; group += 1) {
        throwIfCancelled(options.signal);
        bytes += checkVtrChunk(scan, column, group);
        options.onProgress?.({
          rows: 0,
          bytes,
          fraction: (column + (group + 1) / rowGroups) / fields.length,
          stage: `verify ${fields[column]!.name}`,
        });
        // One chunk takes about a millisecond; the event loop has its turn between them.
        await setImmediate();
      }
    }
  } finally {
    closeVtr(scan);
  }
  return { rows: state.rows, columns: fields.length, rowGroups, bytes };
}
