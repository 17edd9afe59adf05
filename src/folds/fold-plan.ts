/** The choice of how a fold is run: a pure function of what its algebra declares and what can be read apart. */

/** Rows of a range: fixed, so that no result depends on the number of threads. */
export const rangeRows = 2 ** 20;
/** Rows of a batch: a whole number of them makes a range. */
export const foldBatchRows = 2 ** 16;
/** Batches of a segment of a stream; a worker has a whole one at hand. */
export const segmentBatches = 4;
/** With fewer rows a shard, reading each by itself would cost more than folding it. */
const leastShardRows = foldBatchRows;

/** What the choice depends on. */
export interface FoldFacts {
  /** Functions of the caller; an export of a module; a fold of the engine. */
  readonly kind: 'callbacks' | 'module' | 'ready';
  readonly combines: boolean;
  readonly commutative: boolean;
  readonly checkpoint: boolean;
  /** The parts that the rows are in already. */
  readonly shards?: { readonly count: number; readonly rows: number } | undefined;
  /** Rows of the one source that the plan reads row by row, if reading can start anywhere in it. */
  readonly rangeable?: { readonly rows: number; readonly label: string } | undefined;
  /** What makes reading from the middle impossible: `sort`. */
  readonly breaker?: string | undefined;
  readonly threads: number;
}

/** How the rows are cut: shards, ranges of a file, segments of the one stream, not at all. */
export type FoldCut = 'shards' | 'ranges' | 'segments' | 'none';

export interface FoldPlan {
  /** `native`: in the engine. `sequential`: one accumulator sees all. `ordered`, `commutative`: how partial folds merge. */
  readonly merge: 'native' | 'sequential' | 'ordered' | 'commutative';
  readonly cut: FoldCut;
  /** Parts, where their number is known. */
  readonly parts: number | undefined;
  readonly where: 'the engine' | 'this thread' | 'a worker thread' | 'worker threads';
  /** Partial folds at work at the same time. */
  readonly lanes: number;
  /** What the declared algebra and the rows allow, in words. */
  readonly reason: string;
  /** The tier of cost: a state that merges, one pass that cannot be split, or a sort. */
  readonly tier: 'monoid fold' | 'sequential fold' | 'sort or partition';
}

/** The plan of a fold. */
export function planFold(facts: FoldFacts): FoldPlan {
  if (facts.kind === 'ready') return readyPlan(facts);
  return facts.combines ? partialPlan(facts) : sequentialPlan(facts);
}

function readyPlan({ combines, checkpoint, rangeable, threads }: FoldFacts): FoldPlan {
  const cut = checkpoint && combines && rangeable !== undefined ? 'ranges' : 'none';
  const reason = !combines
    ? 'it needs all values together, so it is a plan of the engine'
    : cut === 'ranges'
      ? 'the engine folds range after range on all threads, with a checkpoint between them'
      : 'the engine folds all rows in one pass on all threads; its states merge in any order';
  return {
    merge: 'native',
    cut,
    parts: cut === 'ranges' ? undefined : 1,
    where: 'the engine',
    lanes: threads,
    reason,
    tier: combines ? 'monoid fold' : 'sort or partition',
  };
}

function sequentialPlan({ kind, rangeable, checkpoint }: FoldFacts): FoldPlan {
  const inWorker = kind === 'module';
  // Only a checkpoint needs places to go on from; without one, a single stream is read.
  const places = checkpoint ? rangeable : undefined;
  return {
    merge: 'sequential',
    cut: places === undefined ? 'none' : 'ranges',
    parts: places === undefined ? 1 : rangesOf(places.rows),
    where: inWorker ? 'a worker thread' : 'this thread',
    lanes: 1,
    reason:
      'no combine is declared, so one accumulator sees all batches in order' +
      (inWorker ? '; in a worker, which leaves this thread free' : ''),
    tier: 'sequential fold',
  };
}

function partialPlan(facts: FoldFacts): FoldPlan {
  const { kind, commutative, checkpoint, threads } = facts;
  const { cut, parts, because } = cutOf(facts);
  // A position in the checkpoint is one number: all parts before it are in the accumulator.
  const merge = commutative && !checkpoint ? 'commutative' : 'ordered';
  const inWorkers = kind === 'module';
  // Two at a time on this thread: while one range ends and the next begins, the other has batches to fold. One with a
  // checkpoint, which is to come soon.
  const most = inWorkers ? threads : checkpoint ? 1 : 2;
  const lanes = cut === 'none' ? 1 : Math.max(1, Math.min(most, parts ?? most));
  const merged =
    cut === 'none'
      ? ''
      : merge === 'commutative'
        ? '; commutative: merged as they finish'
        : commutative
          ? '; merged in order for the checkpoint'
          : '; merged in order';
  return {
    merge: cut === 'none' ? 'sequential' : merge,
    cut,
    parts,
    where: inWorkers ? 'worker threads' : 'this thread',
    lanes,
    reason: `combine is declared${because}${merged}`,
    tier: 'monoid fold',
  };
}

function cutOf({ kind, shards, rangeable, breaker }: FoldFacts): {
  readonly cut: FoldCut;
  readonly parts: number | undefined;
  readonly because: string;
} {
  if (shards !== undefined) {
    const wide = shards.rows >= shards.count * leastShardRows;
    if (wide || rangeable === undefined)
      return { cut: 'shards', parts: shards.count, because: ': each shard is folded apart' };
  }
  if (rangeable !== undefined) {
    const few = shards === undefined ? '' : ', as the shards are small';
    return {
      cut: 'ranges',
      parts: rangesOf(rangeable.rows),
      because: `: ranges of ${rangeRows.toLocaleString('en-US')} rows of ${rangeable.label} are folded apart${few}`,
    };
  }
  const why = breaker === undefined ? 'the source is read only as a whole' : `${breaker} gives one stream`;
  if (kind === 'module')
    return { cut: 'segments', parts: undefined, because: `: ${why}; its segments are folded apart` };
  return { cut: 'none', parts: 1, because: `, but ${why}, so it is folded in one go` };
}

/** At least one: rows that are none have a range too. */
function rangesOf(rows: number): number {
  return Math.max(1, Math.ceil(rows / rangeRows));
}
