/** What can be wrong with an index on the disk: each check with its outcome in words. */
import { basename } from 'node:path';
import { throwIfCancelled } from '../../base/cancel.js';
import { EngineError } from '../../base/engine-error.js';
import type { AnnoyStructure, NativeAnnoy } from '../../native/annoy.js';
import { checkAnnoyStructure, openAnnoyFile } from '../../native/annoy.js';
import type { AnnoyPaths } from '../../storage/annoy/annoy-pair.js';
import { nextSidecarPath, openAnnoyPair, readSidecar } from '../../storage/annoy/annoy-pair.js';
import { md5OfFile } from '../../storage/annoy/file-md5.js';
import type { AnnoySidecar } from '../../storage/annoy/sidecar.js';
import { DiskFile } from '../../storage/disk-file.js';
import type { KnownValidation } from './annoy-options.js';

/** One thing that was looked at. */
export interface AnnoyCheck {
  /**
   * `file`, `sidecar`, `size`, `md5`, `identity`, `metric`, `dimension`, `items`, `trees`, `load`, `blocks`, `structure`; as warnings `mtime`,
   * `name`, and `sidecar` of a file that was opened without one.
   */
  readonly check: string;
  readonly passed: boolean;
  /** A failed warning leaves an index valid. */
  readonly severity: 'error' | 'warning';
  /** What was found, as a sentence. */
  readonly text: string;
}

/** What an index says of itself, to be held against its files. */
export interface ValidatedAnnoy {
  readonly paths: AnnoyPaths;
  readonly id: string | undefined;
  readonly metric: AnnoySidecar['metric'];
  readonly dimension: number;
  readonly items: number;
  readonly trees: number;
  readonly fileSize: number;
  /** It was opened without a sidecar. */
  readonly bare: boolean;
}

/** Times of files are copied by programs that know seconds only. */
const mostMillisApart = 1000;

/** All that can be found out of the files as they are now; damage is a check that failed, not an error. @throws EngineError `cancelled` */
export async function checkAnnoy(
  index: ValidatedAnnoy,
  known: KnownValidation,
): Promise<readonly AnnoyCheck[]> {
  const checks: AnnoyCheck[] = [];
  const say: Say = (check, passed, text, severity = 'error') => {
    checks.push({ check, passed, severity, text });
    return passed;
  };
  const facts = fileFacts(index.paths.path, say);
  if (facts === undefined) return checks;
  const sidecar = index.bare ? undefined : sidecarOf(index.paths, facts.size, say);
  if (index.bare) {
    const { metadataPath } = index.paths;
    say(
      'sidecar',
      false,
      `there is no ${metadataPath}, so that content cannot be held against it`,
      'warning',
    );
    compare(say, 'size', facts.size, index.fileSize, 'bytes', 'the index that was opened');
  }
  if (sidecar !== undefined) {
    await againstSidecar(index, sidecar, facts, known, say);
    againstIndex(index, sidecar, say);
  }
  if (known.load && (index.bare || sidecar !== undefined)) await loaded(index, known, say);
  return checks;
}

type Say = (check: string, passed: boolean, text: string, severity?: 'error' | 'warning') => boolean;

interface FileFacts {
  readonly size: number;
  readonly changedMillis: number;
}

function fileFacts(path: string, say: Say): FileFacts | undefined {
  try {
    const file = new DiskFile(path, 'read');
    try {
      const facts = { size: file.size(), changedMillis: file.changedMillis() };
      say('file', true, `${path} is there`);
      return facts;
    } finally {
      file.close();
    }
  } catch (error) {
    say('file', false, messageOf(error));
    return undefined;
  }
}

function sidecarOf(paths: AnnoyPaths, size: number, say: Say): AnnoySidecar | undefined {
  try {
    // Of a build that was finished by half, the sidecar that fits is the next one.
    const path = pairedPath(paths) ?? paths.metadataPath;
    const sidecar = readSidecar(path, size);
    const text = sidecar === undefined ? `there is no ${path}` : `${path} can be read`;
    say('sidecar', sidecar !== undefined, text);
    return sidecar;
  } catch (error) {
    say('sidecar', false, messageOf(error));
    return undefined;
  }
}

function pairedPath(paths: AnnoyPaths): string | undefined {
  try {
    return openAnnoyPair(paths)?.sidecarPath;
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}

async function againstSidecar(
  { paths }: ValidatedAnnoy,
  sidecar: AnnoySidecar,
  { size, changedMillis }: FileFacts,
  watch: Pick<KnownValidation, 'signal'>,
  say: Say,
): Promise<void> {
  compare(say, 'size', size, sidecar.fileSize, 'bytes', 'its sidecar');
  const { fileMillis, indexFile } = sidecar;
  if (fileMillis !== undefined) {
    const same = Math.abs(changedMillis - fileMillis) <= mostMillisApart;
    const then = new Date(fileMillis).toISOString();
    const now = new Date(changedMillis).toISOString();
    const text = same
      ? `it was written ${then}`
      : `it was written ${now}, its sidecar says ${then}: a copy, or changed`;
    say('mtime', same, text, 'warning');
  }
  if (indexFile !== undefined) {
    const name = basename(paths.path);
    const same = name === indexFile;
    say(
      'name',
      same,
      same ? `its name is ${name}` : `its name is ${name}, it was written as ${indexFile}`,
      'warning',
    );
  }
  try {
    const md5 = await md5OfFile(paths.path, { signal: watch.signal });
    compare(say, 'md5', md5, sidecar.fileMd5, '', 'its sidecar');
  } catch (error) {
    throwIfCancelled(watch.signal);
    say('md5', false, messageOf(error));
  }
}

function againstIndex(index: ValidatedAnnoy, sidecar: AnnoySidecar, say: Say): void {
  const opened = 'the index that was opened';
  compare(say, 'identity', sidecar.id, index.id ?? '', '', opened);
  compare(say, 'metric', sidecar.metric, index.metric, '', opened);
  compare(say, 'dimension', sidecar.dimension, index.dimension, '', opened);
  compare(say, 'items', sidecar.items, index.items, '', opened);
  compare(say, 'trees', sidecar.trees, index.trees, '', opened);
}

/** Whether what was found is what was expected, in words. */
function compare(
  say: Say,
  check: string,
  found: string | number,
  expected: string | number,
  unit: string,
  whose: string,
): void {
  const [is, was] = [found, expected].map((value) => [String(value), unit].filter(Boolean).join(' '));
  const same = found === expected;
  say(check, same, same ? `${check} is ${is!}` : `${check} is ${is!}, ${whose} has ${was!}`);
}

async function loaded(index: ValidatedAnnoy, known: KnownValidation, say: Say): Promise<void> {
  let file: NativeAnnoy;
  try {
    file = opened(index);
    say('load', true, `it opens, with ${String(file.items)} items in ${String(file.nodes)} nodes`);
  } catch (error) {
    say('load', false, messageOf(error));
    return;
  }
  const { threads, signal } = known;
  try {
    sayStructure(await checkAnnoyStructure(file, { threads, signal }), index, say);
  } catch (error) {
    throwIfCancelled(signal);
    say('structure', false, messageOf(error));
  }
}

function sayStructure(found: AnnoyStructure, { bare }: ValidatedAnnoy, say: Say): void {
  const { problems, count, damagedBlocks, splits, buckets, holes } = found;
  const told = (from: number, end: number): string => {
    const more = end - from > 1 ? `; and ${String(end - from - 1)} more` : '';
    return `${problems[from] ?? 'more is wrong than is told'}${more}`;
  };
  if (!bare) {
    const whole = 'every block of the file has its checksum';
    say('blocks', damagedBlocks === 0, damagedBlocks === 0 ? whole : told(0, damagedBlocks));
  }
  const left = holes === 0 ? '' : `, but for ${String(holes)} ids that no item was added for`;
  const whole = `${String(splits)} splits and ${String(buckets)} buckets hold every item once in each tree${left}`;
  say('structure', count === damagedBlocks, count === damagedBlocks ? whole : told(damagedBlocks, count));
}

function opened({ paths, metric, dimension, bare }: ValidatedAnnoy): NativeAnnoy {
  if (bare) return openAnnoyFile({ path: paths.path, metric, dimension });
  const pair = openAnnoyPair(paths);
  if (pair !== undefined) return pair.file;
  throw new EngineError('changed', `${paths.metadataPath} and ${nextSidecarPath(paths)} are gone`, {
    detail: { path: paths.metadataPath },
  });
}

function messageOf(error: unknown): string {
  if (error instanceof EngineError) return error.message;
  throw error;
}
