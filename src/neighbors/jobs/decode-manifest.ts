/** From the bytes of a checkpoint file to a manifest; anything that the library did not write so is refused. */
import type { EdgeRuleName, SharedWeightName } from '../../native/graph.js';
import { edgeRuleIds, sharedWeightIds } from '../../native/graph.js';
import type { MetricName } from '../../native/neighbors.js';
import { metricIds } from '../../native/neighbors.js';
import type { GraphSettings, JobManifest, JobSettings, MatrixRecord, WrittenSums } from './job-manifest.js';
import { jobPhases, jobTypes, manifestChecksum, manifestFormat, manifestVersion } from './job-manifest.js';
import { ManifestFields, MalformedManifest, isHash } from './manifest-fields.js';
import { mostSegments } from './segment-sums.js';

const metricNames = Object.keys(metricIds) as MetricName[];
const ruleNames = Object.keys(edgeRuleIds) as EdgeRuleName[];
const weightNames = Object.keys(sharedWeightIds) as SharedWeightName[];

/** Bytes of a checkpoint at most: no job writes so many. */
export const mostManifestBytes = 2 ** 24;

const mostRows = 2 ** 48;
const mostMatrices = 8;

/** The checksum is right and the content is not: someone changed the file, or a part of it went bad. */
export class EditedManifest extends MalformedManifest {}

/** @throws MalformedManifest, EditedManifest */
export function decodeManifest(bytes: Uint8Array): JobManifest {
  if (bytes.length > mostManifestBytes) throw new MalformedManifest('it is larger than any checkpoint');
  const root = parse(bytes);
  const head = new ManifestFields(root, 'it');
  if (head.take('format') !== manifestFormat) throw new MalformedManifest('it is no checkpoint of a job');
  const version = head.take('version');
  if (version !== manifestVersion)
    throw new MalformedManifest(
      `it is of version ${JSON.stringify(version).slice(0, 20)}; this release reads version ${manifestVersion}`,
    );
  const checksum = head.hex('checksum');
  const content = Object.fromEntries(Object.entries(root as object).filter(([name]) => name !== 'checksum'));
  if (manifestChecksum(content) !== checksum)
    throw new EditedManifest('its content is not what the job wrote there');
  return manifestOf(head);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new MalformedManifest(bytes.length === 0 ? 'it is empty' : 'it is no complete JSON');
  }
}

function manifestOf(root: ManifestFields): JobManifest {
  const queries = root.whole('queries', 0, mostRows);
  const manifest: JobManifest = {
    name: root.fileName('name'),
    id: root.hex('id'),
    type: root.oneOf('type', jobTypes),
    status: root.oneOf('status', ['running', 'completed'] as const),
    phase: root.oneOf('phase', jobPhases),
    cursor: cursorOf(root.take('cursor'), queries),
    queries,
    total: root.orNull('total', () => root.whole('total', 0)),
    settings: settingsOf(root.take('settings')),
    every: everyOf(root.take('every')),
    matrices: root.list('matrices', mostMatrices).map(matrixOf),
    segmentRows: root.whole('segmentRows', Math.max(1, Math.ceil(queries / mostSegments))),
    written: root.list('written', mostMatrices).map(sumsOf),
  };
  root.end();
  return manifest;
}

function cursorOf(value: unknown, queries: number): JobManifest['cursor'] {
  const fields = new ManifestFields(value, 'cursor');
  const cursor = { row: fields.whole('row', 0, queries), edge: fields.whole('edge', 0) };
  fields.end();
  return cursor;
}

function settingsOf(value: unknown): JobSettings {
  const fields = new ManifestFields(value, 'settings');
  const settings: JobSettings = {
    metric: fields.oneOf('metric', metricNames),
    p: fields.orNull('p', () => fields.number('p', 1)),
    k: fields.orNull('k', () => fields.whole('k', 1, 2 ** 32)),
    radius: fields.orNull('radius', () => fields.number('radius', Number.NEGATIVE_INFINITY)),
    base: fields.whole('base', 0, 1) === 0 ? 0 : 1,
    excludeSelf: fields.flag('excludeSelf'),
    missing: fields.oneOf('missing', ['error', 'skip'] as const),
    graph: fields.orNull('graph', () => graphOf(fields.take('graph'))),
  };
  fields.end();
  return settings;
}

function graphOf(value: unknown): GraphSettings {
  const fields = new ManifestFields(value, 'settings.graph');
  const graph: GraphSettings = {
    rule: fields.orNull('rule', () => fields.oneOf('rule', ruleNames)),
    pairs: fields.oneOf('pairs', ['both', 'once'] as const),
    weight: fields.orNull('weight', () => fields.oneOf('weight', weightNames)),
    prune: fields.number('prune'),
    countSelf: fields.flag('countSelf'),
  };
  fields.end();
  return graph;
}

function everyOf(value: unknown): JobManifest['every'] {
  const fields = new ManifestFields(value, 'every');
  const every = {
    rows: fields.orNull('rows', () => fields.whole('rows', 1)),
    seconds: fields.orNull('seconds', () => fields.number('seconds')),
  };
  fields.end();
  return every;
}

function matrixOf(value: unknown, at: number): MatrixRecord {
  const where = `matrices[${String(at)}]`;
  const fields = new ManifestFields(value, where);
  const record: MatrixRecord = {
    role: fields.text('role'),
    path: fields.orNull('path', () => fields.path('path')),
    folder: fields.path('folder'),
    filename: fields.fileName('filename'),
    total: pair(fields, 'total'),
    rows: pair(fields, 'rows'),
    cols: pair(fields, 'cols'),
    type: fields.text('type'),
    separated: fields.flag('separated'),
    fingerprint: fields.orNull('fingerprint', () => fields.text('fingerprint')),
  };
  fields.end();
  return record;
}

function pair(fields: ManifestFields, name: string): readonly [number, number] {
  const [first, second, ...more] = fields.list(name, 2);
  if (isCount(first) && isCount(second) && more.length === 0) return [first, second];
  throw new MalformedManifest(`${name} of a matrix must be two whole numbers`);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function sumsOf(value: unknown, at: number): WrittenSums {
  const fields = new ManifestFields(value, `written[${String(at)}]`);
  const sums = fields.list('sums', mostSegments);
  if (!sums.every(isHash)) throw new MalformedManifest(`written[${String(at)}].sums holds something else`);
  const written = { phase: fields.oneOf('phase', jobPhases), store: fields.text('store'), sums };
  fields.end();
  return written;
}
