/** Which column names a row callback offers as properties: all but those that JavaScript itself asks objects for. */

/** Names reached by `r.$('name')` only. */
export const reservedNames = [
  '$',
  'then',
  'constructor',
  'prototype',
  'toString',
  'toLocaleString',
  'toJSON',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  '__proto__',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
] as const;

export type ReservedName = (typeof reservedNames)[number];

const reserved: ReadonlySet<string> = new Set(reservedNames);
const WORD = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** True for a name that only `$` reaches. */
export function isReservedName(name: string): name is ReservedName {
  return reserved.has(name);
}

/** True for a name that can be written after a dot. */
export function dottedName(name: string): boolean {
  return WORD.test(name) && !reserved.has(name);
}
