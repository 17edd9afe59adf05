/** KnnPlan: how a search is carried out, fixed beforehand so that it can be read, kept and repeated. */
import { inspect } from 'node:util';

import { formatBytes } from '../base/byte-size.js';
import type { Metric } from './metric.js';
import type { SearchMethodName } from './search-method-names.js';

/** What a search costs beyond computing: how often data is read, and what is held. */
export interface SearchCost {
  /** `resident`: reference and index in memory; `blocks`: read block by block, once for each block of queries. */
  readonly tier: 'resident' | 'blocks';
  /** Times that the reference is read; undefined while the number of queries or rows is not known. */
  readonly passes: number | undefined;
  /** Bytes of the reference read in all. */
  readonly bytesRead: number | undefined;
  /** Most bytes held at a time for the reference, its index, and the results of a block of queries. */
  readonly peakMemory: number;
  /** An estimate of the time of one thread. */
  readonly seconds: number | undefined;
}

/** What a plan says, as plain data. */
export interface KnnPlanFacts {
  readonly metric: Metric;
  /** Bytes that the search may hold. */
  readonly memory: number;
  readonly threads: number;
  /** The way that is taken: the cheapest, or the one asked for. */
  readonly method: string;
  /** The way that was asked for; undefined: the choice is made again wherever the plan is used. */
  readonly wishedMethod: SearchMethodName | undefined;
  readonly reference: string;
  readonly rows: number | undefined;
  readonly cols: number;
  readonly queries: number | undefined;
  /** Undefined: not said, or a radius. */
  readonly k: number | undefined;
  /** Reference rows that are held and searched at a time. */
  readonly blockRows: number;
  /** Queries that are answered in one pass over the reference. */
  readonly queryRows: number;
  readonly cost: SearchCost;
}

/**
 * How a search is carried out. Give it as `plan` to `knn`, `radiusSearch` …, which then use its metric, memory, threads and
 * method; results never depend on the last three. Prints itself; `JSON.stringify` keeps it.
 */
export class KnnPlan implements KnnPlanFacts {
  readonly metric: Metric;
  readonly memory: number;
  readonly threads: number;
  readonly method: string;
  readonly wishedMethod: SearchMethodName | undefined;
  readonly reference: string;
  readonly rows: number | undefined;
  readonly cols: number;
  readonly queries: number | undefined;
  readonly k: number | undefined;
  readonly blockRows: number;
  readonly queryRows: number;
  readonly cost: SearchCost;

  constructor(facts: KnnPlanFacts) {
    this.metric = typeof facts.metric === 'string' ? facts.metric : Object.freeze({ ...facts.metric });
    this.memory = facts.memory;
    this.threads = facts.threads;
    this.method = facts.method;
    this.wishedMethod = facts.wishedMethod;
    this.reference = facts.reference;
    this.rows = facts.rows;
    this.cols = facts.cols;
    this.queries = facts.queries;
    this.k = facts.k;
    this.blockRows = facts.blockRows;
    this.queryRows = facts.queryRows;
    this.cost = Object.freeze({ ...facts.cost });
    Object.freeze(this);
  }

  /** Blocks that the reference is read in; undefined for a query that has not been run. */
  get blocks(): number | undefined {
    return this.rows === undefined ? undefined : Math.max(1, Math.ceil(this.rows / this.blockRows));
  }

  toJSON(): KnnPlanFacts {
    const { metric, memory, threads, method, wishedMethod, reference, rows, cols } = this;
    const { queries, k, blockRows, queryRows, cost } = this;
    return {
      ...{ metric, memory, threads, method, wishedMethod, reference, rows, cols },
      ...{ queries, k, blockRows, queryRows, cost },
    };
  }

  toString(): string {
    const { metric, cost } = this;
    const name = typeof metric === 'string' ? metric : `minkowski(${String(metric.minkowski)})`;
    const asked = this.k === undefined ? 'within a radius or k not said' : `k = ${String(this.k)}`;
    const known = (value: number | undefined): string =>
      value === undefined ? 'unknown' : value.toLocaleString('en-US');
    const lines = [
      `exact search, ${name}, ${asked}`,
      `  reference ${this.reference}: ${known(this.rows)} rows × ${String(this.cols)}, ${known(this.blocks)} ${this.blocks === 1 ? 'block' : 'blocks'} of up to ${known(this.blockRows)} rows`,
      `  queries   ${known(this.queries)}, up to ${known(this.queryRows)} a pass`,
      `  method    ${this.method}${this.wishedMethod === undefined ? ', the cheapest by estimate' : ', as asked'}, ${String(this.threads)} ${this.threads === 1 ? 'thread' : 'threads'}, memory ${formatBytes(this.memory)}`,
      `cost: ${cost.tier}, passes ${known(cost.passes)}, reads ${cost.bytesRead === undefined ? 'unknown' : formatBytes(cost.bytesRead)}, holds ${formatBytes(cost.peakMemory)}`,
    ];
    return lines.join('\n');
  }

  [inspect.custom](): string {
    return `KnnPlan ${this.toString()}`;
  }
}
