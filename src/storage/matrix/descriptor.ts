/** What a descriptor says of a matrix: R's own fields, checked, from files and from callers. */
import { EngineError } from '../../base/engine-error.js';
import type { MatrixType } from './matrix-types.js';
import { cellKinds, matrixTypeOf, matrixTypes } from './matrix-types.js';
import type { RValue } from './r-value.js';

/** First row (column) and how many, of those that the data file has. */
export type MatrixOffset = readonly [first: number, count: number];

/**
 * A matrix as R's `describe()` tells it, with R's names: plain data that JSON keeps. `openMatrix` takes it back.
 */
export interface MatrixDescriptor {
  readonly sharedType: 'FileBacked';
  /** Name of the data file; of separated columns, the part before `_column_0`. */
  readonly filename: string;
  /** Folder of the data, ending with `/`; null in old files: the folder of the descriptor. */
  readonly dirname: string | null;
  readonly totalRows: number;
  readonly totalCols: number;
  readonly rowOffset: MatrixOffset;
  readonly colOffset: MatrixOffset;
  readonly nrow: number;
  readonly ncol: number;
  readonly rowNames: readonly string[] | null;
  readonly colNames: readonly string[] | null;
  /** R's name of the type: `char`, `short`, `raw`, `integer`, `float`, `double`. */
  readonly type: string;
  readonly separated: boolean;
}

/** Largest size of a data file. */
const mostBytes = 2 ** 53;

function wrong(label: string, what: string): EngineError {
  return new EngineError('format', `${label} describes no matrix: ${what}`, {
    detail: { path: label, what },
  });
}

/** The description inside an R value: of a big.matrix.descriptor, or a plain list. @throws EngineError `format` */
export function descriptorOfR(value: RValue, label: string): MatrixDescriptor {
  const description = value.kind === 'object' ? value.slots.get('description') : value;
  if (value.kind === 'object' && value.className !== 'big.matrix.descriptor')
    throw wrong(label, `it holds an object of class ${JSON.stringify(value.className)}`);
  if (description?.kind !== 'list') throw wrong(label, 'it holds no list of a description');
  const fields = new Map<string, unknown>();
  for (const [name, entry] of description.entries) {
    if (fields.has(name)) throw wrong(label, `it says ${JSON.stringify(name)} twice`);
    fields.set(name, plainOf(entry));
  }
  return checkDescriptor(fields, label);
}

function plainOf(value: RValue): unknown {
  if (value.kind === 'null') return null;
  if (value.kind !== 'vector') return undefined;
  return value.atoms.length === 1 ? value.atoms[0] : value.atoms;
}

/** Whether the value is meant to be a descriptor, complete or not. */
export function looksLikeDescriptor(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'sharedType' in value && 'filename' in value;
}

/** A descriptor that a caller gave as an object. @throws EngineError `format` */
export function checkDescriptorObject(value: object): MatrixDescriptor {
  return checkDescriptor(new Map(Object.entries(value)), 'the descriptor');
}

function checkDescriptor(fields: ReadonlyMap<string, unknown>, label: string): MatrixDescriptor {
  const reader = new Fields(fields, label);
  const sharedType = fields.get('sharedType');
  if (sharedType === 'SharedMemory')
    throw new EngineError(
      'unsupported',
      `${label} describes a matrix in R's shared memory, which only R can attach; make it file-backed there`,
      { detail: { path: label, sharedType } },
    );
  if (sharedType !== 'FileBacked') throw reader.wrong('sharedType', 'must be "FileBacked"');
  const type = reader.type();
  const totalRows = reader.count('totalRows');
  const totalCols = reader.count('totalCols');
  if (totalRows * totalCols * cellKinds[type].bytes >= mostBytes)
    throw wrong(label, `${totalRows} × ${totalCols} cells of type ${type} are more than 2^53 bytes`);
  const rowOffset = reader.offset('rowOffset', 'nrow', totalRows);
  const colOffset = reader.offset('colOffset', 'ncol', totalCols);
  const separated = fields.get('separated') ?? false;
  if (typeof separated !== 'boolean') throw reader.wrong('separated', 'must be TRUE or FALSE');
  return {
    sharedType,
    filename: reader.filename(),
    dirname: reader.dirname(),
    totalRows,
    totalCols,
    rowOffset,
    colOffset,
    nrow: rowOffset[1],
    ncol: colOffset[1],
    rowNames: reader.names('rowNames', rowOffset, totalRows),
    colNames: reader.names('colNames', colOffset, totalCols),
    type: cellKinds[type].r,
    separated,
  };
}

/** The type of a descriptor that was checked. */
export function typeOfDescriptor(descriptor: MatrixDescriptor): MatrixType {
  return matrixTypeOf(descriptor.type) ?? 'float64';
}

/** Fields of a description, none of them believed. */
class Fields {
  readonly #fields: ReadonlyMap<string, unknown>;
  readonly #label: string;

  constructor(fields: ReadonlyMap<string, unknown>, label: string) {
    this.#fields = fields;
    this.#label = label;
  }

  wrong(name: string, what: string): EngineError {
    return wrong(this.#label, `${name} ${what}, not ${shown(this.#fields.get(name))}`);
  }

  type(): MatrixType {
    const given = this.#fields.get('type');
    if (given === 'complex')
      throw new EngineError(
        'unsupported',
        `${this.#label} describes a matrix of complex numbers, which are not supported; ` +
          `${matrixTypes.join(', ')} are`,
        { detail: { path: this.#label, type: given } },
      );
    const type = typeof given === 'string' ? matrixTypeOf(given) : undefined;
    if (type === undefined) throw this.wrong('type', 'must be char, short, raw, integer, float or double');
    return type;
  }

  count(name: string): number {
    const value = this.#fields.get(name);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
      throw this.wrong(name, 'must be a count');
    return value;
  }

  offset(name: string, countName: string, total: number): MatrixOffset {
    const value = this.#fields.get(name);
    if (value === undefined) {
      const count = this.#fields.has(countName) ? this.count(countName) : total;
      if (count !== total) throw this.wrong(countName, `must be ${total}, there being no ${name}`);
      return [0, total];
    }
    const [first, count, ...more] = Array.isArray(value) ? (value as unknown[]) : [];
    if (!isCount(first) || !isCount(count) || more.length > 0)
      throw this.wrong(name, 'must be the first and the count');
    if (first > total || count > total - first) throw this.wrong(name, `must lie within ${total}`);
    if (this.#fields.has(countName) && this.count(countName) !== count)
      throw this.wrong(countName, `must be ${count} as ${name} says`);
    return [first, count];
  }

  filename(): string {
    const value = this.#fields.get('filename');
    if (typeof value !== 'string' || value === '' || value.includes('\0'))
      throw this.wrong('filename', 'must be the name of a file');
    return value;
  }

  dirname(): string | null {
    const value = this.#fields.get('dirname') ?? null;
    if (value === null || value === '') return null;
    if (typeof value !== 'string' || value.includes('\0'))
      throw this.wrong('dirname', 'must be the path of a folder');
    return value.endsWith('/') ? value : `${value}/`;
  }

  /** Names of the part that the offset tells; R keeps those of a part, or of the whole. */
  names(name: string, [first, count]: MatrixOffset, total: number): readonly string[] | null {
    const value = this.#fields.get(name) ?? null;
    if (value === null) return null;
    const given: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (given.length === 0) return null;
    const names = given.map((entry) => {
      if (entry === null) return 'NA';
      if (typeof entry === 'string') return entry;
      throw this.wrong(name, 'must be texts');
    });
    if (names.length === count) return names;
    if (names.length === total) return names.slice(first, first + count);
    throw wrong(this.#label, `${name} has ${names.length} names for ${count}`);
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
