/** What a fold's worker thread and the thread that feeds it say to each other, and columns in a form that can be sent. */
import { assert } from '../base/assert.js';
import { EngineError } from '../base/engine-error.js';
import type { ErrorCode, ErrorDetail } from '../base/engine-error.js';
import { alignBits } from '../data/bitmap.js';
import type { ColumnData, NumberArray, TextDictionary, ValueArray } from '../data/column.js';
import type { ValuePolicy } from '../data/policy.js';
import type { Field } from '../data/schema.js';
import { textDictionary } from '../data/text.js';
import type { DataType } from '../data/types.js';
import type { AnyFold } from './fold-declaration.js';

/** What a worker is started with. */
export interface WorkerSetup {
  readonly module: string;
  readonly name: string;
}

/** To the worker. Answered, in order, are `update`s (`taken` or `failed`) and `result`s. */
export type ToWorker =
  | { readonly kind: 'begin'; readonly from: SentState | undefined }
  | {
      readonly kind: 'update';
      readonly fields: readonly Field[];
      readonly policy: ValuePolicy;
      readonly rows: number;
      readonly columns: readonly SentColumn[];
      /** Dictionaries that the worker has not seen, by number; those before `forget` are not used any more. */
      readonly dictionaries: readonly SentDictionary[];
      readonly forget: number;
    }
  | { readonly kind: 'result' };

/** From the worker. */
export type FromWorker =
  | { readonly kind: 'taken'; readonly done: boolean }
  | { readonly kind: 'result'; readonly state: SentState }
  | { readonly kind: 'failed'; readonly step: string; readonly error: SentError };

/** An accumulator as it crosses: bytes where the fold saves itself, else a structured clone. */
export type SentState = { readonly saved: Uint8Array } | { readonly value: unknown };

/** What was thrown, as far as it can cross. */
export type SentError =
  | { readonly code: ErrorCode; readonly message: string; readonly detail: ErrorDetail }
  | { readonly thrown: unknown };

export interface SentDictionary {
  readonly id: number;
  readonly length: number;
  readonly offsets: Int32Array;
  readonly data: Uint8Array;
}

interface SentBase {
  readonly type: DataType;
  readonly validity: Uint8Array | null;
  readonly nullCount: number;
}

export type SentColumn =
  | (SentBase & { readonly layout: 'fixed'; readonly values: ValueArray })
  | (SentBase & { readonly layout: 'bits'; readonly bits: Uint8Array })
  | (SentBase & { readonly layout: 'text'; readonly offsets: Int32Array; readonly data: Uint8Array })
  | (SentBase & { readonly layout: 'dictionary'; readonly codes: NumberArray; readonly dictionary: number });

/**
 * A column's rows, copied once into buffers of their own, which `buffers` collects to be handed over.
 *
 * @param numberOf the number by which the worker knows a dictionary
 */
export function sendColumn(
  column: ColumnData,
  numberOf: (dictionary: TextDictionary) => number,
  buffers: ArrayBuffer[],
): SentColumn {
  const own = <A extends ValueArray>(array: A): A => {
    const copy = array.slice() as A;
    assert(copy.buffer instanceof ArrayBuffer, 'that a copy has a buffer of its own');
    buffers.push(copy.buffer);
    return copy;
  };
  const { type, length, nullCount } = column;
  const validity = column.validity === null ? null : own(alignBits(column.validity, length));
  const base = { type, validity, nullCount };
  switch (column.layout) {
    case 'fixed':
      return { ...base, layout: 'fixed', values: own(column.values) };
    case 'bits':
      return { ...base, layout: 'bits', bits: own(alignBits(column.bits, length)) };
    case 'text': {
      const first = column.offsets[0] ?? 0;
      const offsets = own(column.offsets.subarray(0, length + 1));
      const data = own(column.data.subarray(first, column.offsets[length] ?? first));
      if (first !== 0) for (let i = 0; i < offsets.length; i++) offsets[i] = offsets[i]! - first;
      return { ...base, layout: 'text', offsets, data };
    }
    case 'dictionary':
      return {
        ...base,
        layout: 'dictionary',
        codes: own(column.codes),
        dictionary: numberOf(column.dictionary),
      };
  }
}

/** The column that was sent. */
export function receiveColumn(
  sent: SentColumn,
  length: number,
  dictionaryOf: (id: number) => TextDictionary,
): ColumnData {
  const { type, nullCount } = sent;
  const validity = sent.validity === null ? null : { bytes: sent.validity, offset: 0 };
  const base = { type, length, validity, nullCount };
  switch (sent.layout) {
    case 'fixed':
      return { ...base, layout: 'fixed', values: sent.values };
    case 'bits':
      return { ...base, layout: 'bits', bits: { bytes: sent.bits, offset: 0 } };
    case 'text':
      return { ...base, layout: 'text', offsets: sent.offsets, data: sent.data };
    case 'dictionary':
      return { ...base, layout: 'dictionary', codes: sent.codes, dictionary: dictionaryOf(sent.dictionary) };
  }
}

/** A dictionary's texts, copied. */
export function sendDictionary(id: number, { text }: TextDictionary, buffers: ArrayBuffer[]): SentDictionary {
  const offsets = text.offsets.slice(0, text.length + 1);
  const data = text.data.slice(0, offsets[text.length] ?? 0);
  buffers.push(offsets.buffer, data.buffer);
  return { id, length: text.length, offsets, data };
}

export function receiveDictionary({ offsets, data, length }: SentDictionary): TextDictionary {
  return textDictionary(offsets, data, length);
}

/** An accumulator on its way. @throws EngineError `argument` if it can neither be cloned nor saves itself */
export function sendState(fold: AnyFold, acc: unknown): SentState {
  if (fold.save !== undefined) return { saved: fold.save(acc) };
  try {
    // Cloned here, so that what cannot be is an error with a remedy, and not one of the port.
    return { value: structuredClone(acc) };
  } catch (cause) {
    throw new EngineError(
      'argument',
      `the accumulator cannot leave its worker: ${cause instanceof Error ? cause.message : String(cause)}; give the fold save and load`,
      { cause },
    );
  }
}

export function receiveState(fold: AnyFold, sent: SentState): unknown {
  return 'saved' in sent ? fold.load!(sent.saved) : sent.value;
}
