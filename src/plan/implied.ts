/** What the conditions of a scan imply for another of its source's columns: which shards they leave. */
import type { ImpliedPredicate } from '../data/doors.js';
import type { ScanNode } from './node.js';
import { zonePredicates } from './zone-predicate.js';

/** The implied condition; undefined where the source knows of none. */
export function impliedBy({ source, predicates }: ScanNode): ImpliedPredicate | undefined {
  if (source.implied === undefined || predicates.length === 0) return undefined;
  return source.implied(predicates.flatMap((predicate) => zonePredicates(predicate, source.schema)));
}
