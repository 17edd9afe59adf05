/** The engine of the package: plans run on the addon, files are opened by the storage room. */
import { createExecutor } from '../exec/executor.js';
import { nativeEngine } from '../exec/native-engine.js';
import type { Engine } from './engine.js';
import { stores } from './stores.js';
import { createTbl } from './tbl.js';

/** Nothing of it is loaded before a query runs. */
export const defaultEngine: Engine = { executor: createExecutor(nativeEngine), stores };

/**
 * A query over rows: a path (`.vtr`, `.parquet`, `.arrow`), row objects, a record of columns, a Table, an Arrow table or
 * Arrow IPC bytes.
 *
 * Reads the schema and nothing more. Name the row type where the data does not tell it: `tbl<Flight>('flights.vtr')`.
 *
 * @throws EngineError `io` (no such file), `format` (not what its name says), `unsupported` (a format or column type),
 *   `data` (row objects that mix types)
 * @example await tbl([{ a: 1 }, { a: 2 }]).filter(r => r.a.gt(1)).rows() // => [{ a: 2 }]
 */
export const tbl = createTbl(defaultEngine);
