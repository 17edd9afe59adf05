/** Descriptions of small queries, for tests of the native room. */
import type { DataType } from '../../src/data/types.js';
import { describe } from '../../src/exec/describe.js';
import { sinkOf } from '../../src/exec/description.js';
import type { PipelineDescription } from '../../src/exec/description.js';

/** One pipeline: columns of the first scan, unchanged, into a sink. */
export function passThrough(
  types: readonly DataType[],
  kind: 'batches' | 'collect',
  limit = -1,
  offset = 0,
): Uint8Array {
  const positions = types.map((_, i) => i);
  const pipeline: PipelineDescription = {
    source: { kind: 'scan', index: 0, columns: positions, predicates: [] },
    program: { inputs: types, constants: [], instructions: [], outputs: positions },
    sink: sinkOf(kind, { limit, offset }),
  };
  return describe({ pipelines: [pipeline] });
}
