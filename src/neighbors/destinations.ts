/** The matrices that results are written to, together: which may be given, and that none is the same file as another. */
import { statSync } from 'node:fs';
import { EngineError } from '../base/engine-error.js';
import { optionsOf } from '../query/names.js';
import { Destination } from './destination.js';
import type { DestinationRule } from './destination.js';
import type { MatrixSource } from './matrix-input.js';
import { matrixLabel } from './matrix-input.js';

/** Where `knn` writes: matrices, descriptors, or paths of descriptors. */
export interface KnnDestinations {
  /** int32 or float64; queries × k, or a single column of at least that many rows. */
  readonly index: MatrixSource;
  /** float64, of the same shapes. */
  readonly distance?: MatrixSource | undefined;
}

/** Where `radiusSearch` writes: single columns. */
export interface RadiusDestinations {
  /** int32 or float64, at least as long as there are matches. */
  readonly index: MatrixSource;
  /** float64, at least as long as there are matches. */
  readonly distance?: MatrixSource | undefined;
  /** float64 or int32, one row more than queries. */
  readonly offset: MatrixSource;
}

/** Paths of what was written. */
export interface WrittenDestinations {
  readonly index: string;
  readonly distance?: string | undefined;
  readonly offset?: string | undefined;
}

/** Destinations that were checked and may be written. */
export interface OpenDestinations {
  readonly index: Destination;
  readonly distance: Destination | undefined;
  readonly written: WrittenDestinations;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenRadiusDestinations extends OpenDestinations {
  readonly offset: Destination;
  /** Matches that there is room for. */
  readonly matches: number;
}

/**
 * Opens destinations and checks each against its rule, and that no two of them, nor one and a file that is read, are the
 * same. Nothing is written. Destinations that were not given are left out.
 *
 * @param reads files that must not be written   @throws EngineError as `Destination.open`; `argument` for a file given twice
 */
export async function openDestinations(
  given: Readonly<Record<string, MatrixSource | undefined>>,
  rules: readonly DestinationRule[],
  reads: readonly string[],
): Promise<ReadonlyMap<string, Destination>> {
  const open = new Map<string, Destination>();
  try {
    for (const rule of rules) {
      const input = given[rule.name];
      if (input !== undefined) open.set(rule.name, await Destination.open(input, rule));
    }
    checkApart([...open.values()], reads);
  } catch (error) {
    await closeAll(open.values());
    throw error;
  }
  return open;
}

export async function closeAll(destinations: Iterable<Destination>): Promise<void> {
  for (const destination of destinations) await destination.close();
}

/** Which file it is, whatever the name. */
function identity(path: string): string {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${String(dev)}:${String(ino)}`;
  } catch {
    // Whoever opens it says what is wrong with it.
    return path;
  }
}

function checkApart(destinations: readonly Destination[], reads: readonly string[]): void {
  const read = new Set(reads.map(identity));
  const seen = new Map<string, string>();
  for (const { name, files } of destinations) {
    for (const path of files) {
      const file = identity(path);
      if (read.has(file)) {
        throw new EngineError(
          'argument',
          `into.${name} is ${path}, which the search reads; write to another matrix`,
          { detail: { option: `into.${name}`, path } },
        );
      }
      const other = seen.get(file);
      if (other !== undefined && other !== name) {
        throw new EngineError(
          'argument',
          `into.${other} and into.${name} are the same file, ${path}; each needs its own`,
          { detail: { option: `into.${name}`, path } },
        );
      }
      seen.set(file, name);
    }
  }
}

/** What searches know of their results beforehand. */
export interface ResultShape {
  readonly rows: number;
  /** The highest number of a row that may be written. */
  readonly highest: number;
  /** Files that the search reads. */
  readonly files: readonly string[];
}

function givenDestinations(
  into: unknown,
  names: readonly string[],
  required: readonly string[],
): Record<string, MatrixSource> {
  if (into === null || into === undefined)
    throw new EngineError('argument', 'into is an object: { index, distance }');
  const given = optionsOf(into, names, 'into') as Record<string, MatrixSource>;
  for (const name of required) {
    if (given[name] !== undefined) continue;
    const others = names.filter((other) => given[other] !== undefined);
    const only = others.length === 0 ? '' : ` beside ${others.join(' and ')}`;
    throw new EngineError('argument', `into.${name} is missing${only}; it must be given`, {
      detail: { option: `into.${name}` },
    });
  }
  return given;
}

/** @throws EngineError as `openDestinations` */
export async function openKnnDestinations(
  into: KnnDestinations,
  { rows, k, highest, files }: ResultShape & { readonly k: number },
): Promise<OpenDestinations> {
  const given = givenDestinations(into, ['index', 'distance'], ['index']);
  const open = await openDestinations(
    given,
    [
      { name: 'index', content: 'rows', rows, cols: k, highest },
      { name: 'distance', content: 'distances', rows, cols: k, highest: 0 },
    ],
    files,
  );
  return together(open);
}

/** @throws EngineError as `openDestinations` */
export async function openRadiusDestinations(
  into: RadiusDestinations,
  { rows, highest, files }: ResultShape,
): Promise<OpenRadiusDestinations> {
  const given = givenDestinations(into, ['index', 'distance', 'offset'], ['index', 'offset']);
  const open = await openDestinations(
    given,
    [
      { name: 'index', content: 'rows', rows: undefined, cols: 1, highest },
      { name: 'distance', content: 'distances', rows: undefined, cols: 1, highest: 0 },
      // As many matches as there may be are not known yet: what int32 holds is checked when offsets are written.
      { name: 'offset', content: 'offsets', rows: rows + 1, cols: 1, highest: 0 },
    ],
    files,
  );
  const common = together(open);
  const matches = Math.min(common.index.cells, common.distance?.cells ?? Number.POSITIVE_INFINITY);
  return { ...common, offset: open.get('offset')!, matches };
}

function together(open: ReadonlyMap<string, Destination>): OpenDestinations {
  const all = [...open.values()];
  const paths = Object.fromEntries(all.map(({ name, matrix }) => [name, matrixLabel(matrix)]));
  return {
    index: open.get('index')!,
    distance: open.get('distance'),
    written: Object.freeze({ ...paths, index: matrixLabel(open.get('index')!.matrix) }),
    async flush() {
      for (const destination of all) await destination.flush();
    },
    close: () => closeAll(all),
  };
}
