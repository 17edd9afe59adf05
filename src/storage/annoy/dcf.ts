/** Debian control files, as R's `read.dcf` and `write.dcf` have them: `Field: value` lines and their continuations. */
import { EngineError } from '../../base/engine-error.js';

/** A field as a file says it. */
export interface DcfField {
  /** Lines without the blanks around them; of all lines but the first the blanks in front meant "goes on". */
  readonly lines: readonly string[];
  /** Where it begins, counted from 1. */
  readonly line: number;
}

const fieldName = /^([A-Za-z0-9_.@-]{1,64})[ \t]*:(.*)$/;

/** @throws EngineError `format` naming file and line */
export function dcfError(path: string, line: number, what: string): EngineError {
  return new EngineError('format', `${path}, line ${String(line)}: ${what}`, {
    detail: { path, line, what },
  });
}

/**
 * The fields of the one record that a file holds. Blank lines around it and lines that begin with `#` mean nothing.
 *
 * @throws EngineError `format` for bytes that are no text, lines that are no field, a field given twice, a second record
 */
export function parseDcf(bytes: Uint8Array, path: string): ReadonlyMap<string, DcfField> {
  const fields = new Map<string, { lines: string[]; line: number }>();
  let current: { lines: string[]; line: number } | undefined;
  let ended = false;
  for (const [at, raw] of linesOf(bytes, path).entries()) {
    const line = at + 1;
    if (raw.trim() === '') {
      ended = fields.size > 0;
      continue;
    }
    if (raw.startsWith('#')) continue;
    if (ended) throw dcfError(path, line, 'a second record begins, but there is one index');
    if (raw.startsWith(' ') || raw.startsWith('\t')) {
      if (current === undefined) throw dcfError(path, line, 'it goes on with a field, but none has begun');
      current.lines.push(raw.trim());
      continue;
    }
    const match = fieldName.exec(raw);
    if (match === null) throw dcfError(path, line, 'it must be "field: value"');
    const name = match[1]!;
    const before = fields.get(name);
    if (before !== undefined) {
      throw dcfError(path, line, `${name} is given twice, before in line ${String(before.line)}`);
    }
    current = { lines: [match[2]!.trim()], line };
    fields.set(name, current);
  }
  return fields;
}

function linesOf(bytes: Uint8Array, path: string): readonly string[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.split(/\r\n|\n|\r/);
  } catch {
    throw dcfError(path, 1, 'the file is no text in UTF-8');
  }
}

/** The text of one record. A value of several lines goes on behind a blank; none of them may be empty. */
export function printDcf(
  fields: Iterable<readonly [name: string, value: string | readonly string[]]>,
): string {
  let text = '';
  for (const [name, value] of fields) {
    const lines = typeof value === 'string' ? [value] : value;
    text += `${name}: ${lines.join('\n ')}\n`;
  }
  return text;
}
