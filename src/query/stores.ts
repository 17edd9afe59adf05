/** Which room of storage opens what a user hands to `tbl`, and what is refused by name. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../base/engine-error.js';
import { isArrowTable } from '../data/arrow-shape.js';
import type { Sink, Source } from '../data/doors.js';
import { Schema } from '../data/schema.js';
import { Table } from '../data/table.js';
import { readArrowFile } from '../storage/arrow/arrow-file.js';
import { checkpointFiles } from '../storage/checkpoint/checkpoint-file.js';
import {
  arrowIpcSource,
  arrowSource,
  columnsSource,
  rowsSource,
  tableSource,
} from '../storage/memory/memory-source.js';
import { openParquet } from '../storage/parquet/parquet-source.js';
import { writeVtr } from '../storage/vtr/vtr-sink.js';
import { openVtr } from '../storage/vtr/vtr-source.js';
import type { FormatOptions, Stores } from './engine.js';

type Opener = (path: string, options: FormatOptions) => Source;

/** Formats that files are read as. */
const formats: ReadonlyMap<string, Opener> = new Map<string, Opener>([
  [
    'vtr',
    (path, options) =>
      openVtr(path, { verify: oneOf(options, 'verify', ['always', 'first', 'never'] as const) }),
  ],
  ['parquet', (path, options) => openParquet(path, columnsOption(options))],
  ['arrow', (path) => readArrowFile(path)],
]);

const formatOfExtension: ReadonlyMap<string, string> = new Map([
  ['.vtr', 'vtr'],
  ['.parquet', 'parquet'],
  ['.arrow', 'arrow'],
  ['.feather', 'arrow'],
]);

/** Formats of the plan of record that this release does not read yet: refused by their own name. */
const later: ReadonlyMap<string, string> = new Map([
  ['.csv', 'CSV'],
  ['.tsv', 'TSV'],
  ['.gz', 'gzipped files'],
  ['.json', 'JSON'],
  ['.ndjson', 'NDJSON'],
  ['.sqlite', 'SQLite'],
  ['.db', 'SQLite'],
]);

export const stores: Stores = { open, vtrSink, checkpoints: checkpointFiles };

function open(source: unknown, options: FormatOptions): Source {
  if (typeof source === 'string') return openPath(source, options);
  if (source instanceof URL) return openPath(pathOfUrl(source), options);
  if (source instanceof Table) return tableSource(source as Table);
  if (source instanceof Uint8Array) return arrowIpcSource(source);
  if (source instanceof ArrayBuffer) return arrowIpcSource(new Uint8Array(source));
  if (isArrowTable(source)) return arrowSource(source);
  if (isSource(source)) return source;
  const schema = schemaOption(options);
  if (Array.isArray(source)) {
    if (source.length > 0 && source.every((item) => typeof item === 'string')) {
      throw new EngineError(
        'unsupported',
        'several paths as one source are not available in this release; open them one by one',
      );
    }
    return rowsSource(source as readonly object[], schema);
  }
  if (typeof source === 'object' && source !== null) {
    return columnsSource(source as Readonly<Record<string, readonly unknown[]>>, schema);
  }
  throw new EngineError(
    'argument',
    `tbl takes a path, rows, columns, a Table or Arrow data, not a ${typeof source}`,
  );
}

function pathOfUrl(url: URL): string {
  if (url.protocol === 'file:') return fileURLToPath(url);
  throw new EngineError(
    'unsupported',
    `${url.protocol} addresses are not read in this release; download the file first`,
  );
}

function openPath(path: string, options: FormatOptions): Source {
  if (/[*?[\]{}]/.test(path) && options['format'] === undefined) {
    throw new EngineError(
      'unsupported',
      `${path}: patterns of several files are not available in this release; open one file`,
    );
  }
  const extension = extname(path).toLowerCase();
  const asked = options['format'];
  if (asked !== undefined && typeof asked !== 'string') {
    throw new EngineError('argument', 'format must be the name of a format', {
      detail: { option: 'format' },
    });
  }
  const format = asked !== undefined ? asked : formatOfExtension.get(extension);
  const opener = format === undefined ? undefined : formats.get(format);
  if (opener !== undefined) return opener(path, options);
  const known = [...formats.keys()].join(', ');
  const name = format ?? later.get(extension);
  if (name !== undefined) {
    throw new EngineError(
      'unsupported',
      `${path}: ${name} is not read in this release; formats are ${known}`,
      {
        detail: { path, format: name },
      },
    );
  }
  throw new EngineError(
    'argument',
    `${path}: the extension ${extension === '' ? '(none)' : extension} does not tell a format; give { format: … }, one of ${known}`,
    { detail: { path } },
  );
}

function columnsOption(options: FormatOptions): { columns?: readonly string[] } {
  const { columns } = options;
  if (columns === undefined) return {};
  if (Array.isArray(columns) && columns.every((name) => typeof name === 'string')) return { columns };
  throw new EngineError('argument', 'columns must be an array of column names', {
    detail: { option: 'columns' },
  });
}

function schemaOption(options: FormatOptions): Schema | undefined {
  const { schema } = options;
  if (schema === undefined || schema instanceof Schema) return schema;
  throw new EngineError('argument', 'schema must be a Schema: new Schema([{ name, type, nullable }])', {
    detail: { option: 'schema' },
  });
}

/** A source made elsewhere, known by the shape that doors.ts gives it. */
function isSource(value: unknown): value is Source {
  if (typeof value !== 'object' || value === null) return false;
  const source = value as Partial<Source>;
  return (
    source.schema instanceof Schema && typeof source.open === 'function' && typeof source.label === 'string'
  );
}

function vtrSink(path: string, options: FormatOptions): Sink {
  const { append, id } = options;
  if (append !== undefined && typeof append !== 'boolean') {
    throw new EngineError('argument', 'append must be true or false', { detail: { option: 'append' } });
  }
  if (id !== undefined && !(id instanceof Uint8Array)) {
    throw new EngineError('argument', 'id must be a Uint8Array of 16 bytes', { detail: { option: 'id' } });
  }
  return writeVtr(path, {
    append,
    id,
    compression: oneOf(options, 'compression', ['fast', 'small', 'none'] as const),
    durability: oneOf(options, 'durability', ['full', 'none'] as const),
  });
}

/** An option that is one of a few words, or not given. */
function oneOf<T extends string>(options: FormatOptions, name: string, words: readonly T[]): T | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  const word = words.find((w) => w === value);
  if (word !== undefined) return word;
  throw new EngineError('argument', `${name} must be one of ${words.join(', ')}`, {
    detail: { option: name },
  });
}
