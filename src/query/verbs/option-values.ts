/** Values of a verb's options, checked one by one. */
import { EngineError } from '../../base/engine-error.js';

/** One value as a list of it. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : [value];

/** A text, or what is usual. @throws EngineError `argument` */
export function textOf(value: unknown, usual: string, option: string, verb: string): string {
  if (value === undefined) return usual;
  if (typeof value !== 'string') throw wrongOption(verb, option, 'text');
  return value;
}

/** One of these, or the first. @throws EngineError `argument` */
export function oneOf<T extends string>(
  value: unknown,
  known: readonly [T, ...T[]],
  option: string,
  verb: string,
): T {
  if (value === undefined) return known[0];
  const found = known.find((name) => name === value);
  if (found === undefined) throw wrongOption(verb, option, known.map((name) => `'${name}'`).join(' or '));
  return found;
}

export function wrongOption(verb: string, option: string, what: string): EngineError {
  return new EngineError('argument', `${option} of ${verb} is ${what}`, { detail: { option } });
}
