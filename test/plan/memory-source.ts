/** A source that tests plan over: a schema and no rows. */
import type { OpenScan, Source } from '../../src/data/doors.js';
import { Schema } from '../../src/data/schema.js';
import type { DataType } from '../../src/data/types.js';
import { bool, date, float64, int32, int64, timestamp, utf8 } from '../../src/data/types.js';

export interface SourceFacts {
  readonly label?: string;
  readonly rows?: number;
  readonly bytes?: number;
  readonly nullable?: readonly string[];
}

/** A source of these columns; those named in `nullable` may hold nulls. */
export function memorySource(columns: Readonly<Record<string, DataType>>, facts: SourceFacts = {}): Source {
  const schema = new Schema(
    Object.entries(columns).map(([name, type]) => ({
      name,
      type,
      nullable: facts.nullable?.includes(name) ?? false,
    })),
  );
  return {
    label: facts.label ?? 'rows',
    schema,
    rows: facts.rows,
    bytes: facts.bytes,
    open: (): Promise<OpenScan> => Promise.reject(new Error('this source has no rows to read')),
  };
}

/** Flights, as most plan tests use them; `delay` may be null. */
export function flights(facts: SourceFacts = {}): Source {
  return memorySource(
    {
      date: timestamp('ms'),
      day: date,
      delay: int32,
      distance: int32,
      score: float64,
      id: int64,
      late: bool,
      origin: utf8,
      destination: utf8,
    },
    { label: 'flights.vtr', nullable: ['delay'], ...facts },
  );
}
