/** What a checkpoint must agree with to be gone on from: the query, its input, the fold and how the rows are cut. */
import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import { EngineError } from '../base/engine-error.js';
import type { Source } from '../data/doors.js';
import { describe } from '../exec/describe.js';
import { lower } from '../exec/lower/index.js';
import type { RunOptions } from '../exec/run-options.js';
import { valuePolicy } from '../exec/run-options.js';
import type { DeclaredFold } from './fold-declaration.js';
import type { FoldPlan } from './fold-plan.js';
import { rangeRows } from './fold-plan.js';
import { initOf } from './fold-step.js';
import { keyText } from './fold-parts.js';
import type { FoldTarget } from './fold-target.js';

/** What each part of an identity is, for the message when it differs. */
export const identityWords: ReadonlyMap<string, string> = new Map([
  ['query', 'the query'],
  ['input', 'its input'],
  ['fold', 'the fold'],
  ['batches', 'how the rows are cut into batches'],
]);

/** Hashes of all that the result of a fold depends on. */
export async function foldIdentity(
  target: FoldTarget,
  declared: DeclaredFold,
  plan: FoldPlan,
  options: RunOptions & { readonly batchRows: number },
): Promise<ReadonlyMap<string, string>> {
  const { description, scans } = lower(target.plan, 'batches');
  const sources = [...new Set(scans.map(({ source }) => source))];
  const read = scans.map(({ source, columns, rows }) => [sources.indexOf(source), columns, rows ?? null]);
  const shards = (target.shards ?? []).map(({ key, rows }) => [keyText(key), rows]);
  const policy = valuePolicy(options);
  return new Map([
    [
      'query',
      hash(
        describe(description),
        target.plan.schema.toString(),
        JSON.stringify(read),
        JSON.stringify(shards),
      ),
    ],
    ['input', hash(...(await Promise.all(sources.map(fingerprintOf))))],
    ['fold', hash(...foldTexts(declared))],
    // Ready folds give the same from any batches.
    [
      'batches',
      declared.kind === 'ready'
        ? hash(plan.cut, String(rangeRows))
        : hash(
            plan.cut,
            plan.merge,
            String(rangeRows),
            String(options.batchRows),
            policy.int64,
            policy.dates,
          ),
    ],
  ]);
}

/** Names of what differs, in the order of `identityWords`. */
export function differences(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): readonly string[] {
  return [...identityWords.keys()].filter((name) => before.get(name) !== now.get(name));
}

async function fingerprintOf(source: Pick<Source, 'label' | 'fingerprint'>): Promise<string> {
  if (source.fingerprint !== undefined) return source.fingerprint();
  throw new EngineError(
    'unsupported',
    `checkpoint: ${source.label} cannot tell whether its rows are still the same; fold a file, or offload() the rows to one`,
    { detail: { source: source.label } },
  );
}

/** What a fold computes, as far as it can be seen: its functions as text. What they refer to outside of them is not seen. */
function foldTexts({ kind, fold }: DeclaredFold): readonly (string | Uint8Array)[] {
  if (kind === 'ready')
    return [
      fold.label,
      ...fold.parts.flatMap((part) =>
        part.kind === 'native' ? [part.name, paramsText(part.params)] : [part.kind],
      ),
    ];
  const members = ['init', 'update', 'combine', 'done', 'save', 'load'].map((name): unknown =>
    Reflect.get(fold, name),
  );
  return [serializedOf(initOf(fold)), ...members.map(String)];
}

function paramsText(params: unknown): string {
  return Array.isArray(params) ? params.join() : String(params);
}

/** The bytes of the start; of one that cannot be cloned nothing but that. */
function serializedOf(init: unknown): Uint8Array {
  try {
    return serialize(init);
  } catch {
    return new Uint8Array();
  }
}

/** Of texts and bytes, each with its length, so that no two lists run together. */
function hash(...parts: readonly (string | Uint8Array)[]): string {
  const sum = createHash('sha256');
  for (const part of parts) {
    const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part;
    sum.update(`${String(bytes.length)}:`).update(bytes);
  }
  return sum.digest('hex');
}
