/** Which kinds of types have nothing to say beyond their name. */
import type { TypeKind } from '../../data/types.js';
import { typeIds } from '../../data/types.js';

export type PlainKind = Exclude<TypeKind, 'timestamp'>;

export function isPlainKind(kind: string): kind is PlainKind {
  return Object.hasOwn(typeIds, kind) && kind !== 'timestamp';
}
