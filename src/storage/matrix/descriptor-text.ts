/** Descriptors as R's `dput` writes them, line for line. */
import type { MatrixDescriptor } from './descriptor.js';

/** Once a line is longer, R begins another before the next value. */
const cutoff = 60;
const indent = '    ';

const escapes = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\t', '\\t'],
  ['\r', '\\r'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\v', '\\v'],
]);

/** A text as R writes it between double quotes. */
export function rString(text: string): string {
  let body = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const escaped = escapes.get(character);
    if (escaped !== undefined) body += escaped;
    else if (code < 32 || code === 127) body += `\\${code.toString(8).padStart(3, '0')}`;
    else body += character;
  }
  return `"${body}"`;
}

/** A whole number as R writes a double: with an exponent where that is shorter. */
export function rDouble(value: number): string {
  const fixed = String(value);
  const zeros = /0*$/.exec(fixed)![0].length;
  const digits = fixed.slice(0, fixed.length - zeros);
  if (digits === '') return fixed;
  const exponent = String(fixed.length - 1).padStart(2, '0');
  const scientific = `${digits[0]!}${digits.length > 1 ? '.' : ''}${digits.slice(1)}e+${exponent}`;
  return scientific.length < fixed.length ? scientific : fixed;
}

/** A count as R writes an integer, or a double where it is none. */
export function rCount(value: number): string {
  return value < 2 ** 31 ? `${value}L` : rDouble(value);
}

class Lines {
  readonly #done: string[] = [];
  #line = '';

  add(text: string): void {
    this.#line += text;
  }

  /** Between two values of a list or vector. */
  mayBreak(): void {
    if (this.#line.length <= cutoff) return;
    this.#done.push(this.#line);
    this.#line = indent;
  }

  toString(): string {
    return `${[...this.#done, this.#line].join('\n')}\n`;
  }
}

function addVector(lines: Lines, values: readonly string[]): void {
  if (values.length === 1) {
    lines.add(values[0]!);
    return;
  }
  lines.add('c(');
  values.forEach((value, i) => {
    if (i > 0) {
      lines.add(', ');
      lines.mayBreak();
    }
    lines.add(value);
  });
  lines.add(')');
}

/** The text of a `.desc` file. */
export function descriptorText(descriptor: MatrixDescriptor): string {
  const names = (given: readonly string[] | null): readonly string[] =>
    given === null || given.length === 0 ? ['NULL'] : given.map(rString);
  const fields: (readonly [string, readonly string[]])[] = [
    ['sharedType', [rString(descriptor.sharedType)]],
    ['filename', [rString(descriptor.filename)]],
    ...(descriptor.dirname === null ? [] : [['dirname', [rString(descriptor.dirname)]] as const]),
    ['totalRows', [rCount(descriptor.totalRows)]],
    ['totalCols', [rCount(descriptor.totalCols)]],
    ['rowOffset', descriptor.rowOffset.map(rDouble)],
    ['colOffset', descriptor.colOffset.map(rDouble)],
    ['nrow', [rDouble(descriptor.nrow)]],
    ['ncol', [rDouble(descriptor.ncol)]],
    ['rowNames', names(descriptor.rowNames)],
    ['colNames', names(descriptor.colNames)],
    ['type', [rString(descriptor.type)]],
    ['separated', [descriptor.separated ? 'TRUE' : 'FALSE']],
  ];
  const lines = new Lines();
  lines.add('new("big.matrix.descriptor", description = list(');
  fields.forEach(([name, values], i) => {
    if (i > 0) {
      lines.add(', ');
      lines.mayBreak();
    }
    lines.add(`${name} = `);
    addVector(lines, values);
  });
  lines.add('))');
  return lines.toString();
}
