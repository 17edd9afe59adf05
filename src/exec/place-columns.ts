/** Puts the real positions of columns into a description, once the sources are open and have said what they expose. */
import type { OpenScan } from '../data/doors.js';
import type { LoweredQuery } from './lower/index.js';
import type { PipelineDescription, QueryDescription } from './description.js';

/** The description with each scan's columns as positions in what its source exposes. */
export function placeColumns(
  { description, scans }: LoweredQuery,
  opened: readonly OpenScan[],
): QueryDescription {
  const positions = scans.map(({ columns }, i) => columns.map((name) => opened[i]!.columns.indexOf(name)));
  const placed = (pipeline: PipelineDescription): PipelineDescription => {
    const { source } = pipeline;
    if (source.kind !== 'scan') return pipeline;
    const columns = source.columns.map((column) => positions[source.index]![column]!);
    return { ...pipeline, source: { ...source, columns } };
  };
  return { pipelines: description.pipelines.map(placed) };
}
