/** Numbers by name, such as coefficients: a record without a prototype, so that any name is safe. */

/** Numbers by the names of a model's terms. */
export type NamedNumbers<Name extends string = string> = Readonly<Record<Name, number>>;

export function namedNumbers<Name extends string>(
  names: readonly Name[],
  values: ArrayLike<number>,
): NamedNumbers<Name> {
  const record = Object.create(null) as Record<Name, number>;
  names.forEach((name, i) => {
    record[name] = values[i]!;
  });
  return Object.freeze(record);
}
