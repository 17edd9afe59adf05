/** Values of R as far as descriptors use them, whether they came from text or from its serialisation. */
import { EngineError } from '../../base/engine-error.js';

/** null is NA. */
export type RAtom = number | string | boolean | null;

export type RValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'vector'; readonly atoms: readonly RAtom[] }
  | { readonly kind: 'list'; readonly entries: readonly (readonly [name: string, value: RValue])[] }
  | {
      readonly kind: 'object';
      readonly className: string;
      readonly slots: ReadonlyMap<string, RValue>;
    };

export const rNull: RValue = Object.freeze({ kind: 'null' });

export function rVector(...atoms: readonly RAtom[]): RValue {
  return { kind: 'vector', atoms };
}

/** Values that sequences such as `1:n`, short as they are written, may come to in one descriptor. */
export const mostSequenceValues = 1 << 22;

/** Why bytes are not what R writes; who knows the file makes an EngineError of it. */
export class MalformedR extends Error {}

/** Runs a reader of R's forms; what it cannot read is an error that names the file. @throws EngineError `format` */
export function readingR<T>(label: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MalformedR)) throw error;
    throw new EngineError('format', `${label} is no descriptor of a big.matrix: ${error.message}`, {
      detail: { path: label },
      cause: error,
    });
  }
}
