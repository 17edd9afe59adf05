/** What a file without a sidecar may be: the metrics and dimensions under which its size and roots make sense. */
import { EngineError } from '../../base/engine-error.js';
import type { AnnoyMetric } from '../../data/annoy-metric.js';
import { annoyMetricIds } from '../../data/annoy-metric.js';
import { openAnnoyFile } from '../../native/annoy.js';
import { DiskFile } from '../disk-file.js';

export interface AnnoyReading {
  readonly metric: AnnoyMetric;
  readonly dimension: number;
}

/** What is known of a reading beforehand. */
export interface KnownReading {
  readonly metric: AnnoyMetric | undefined;
  readonly dimension: number | undefined;
}

/** Dimensions that are tried. */
const mostDimension = 4096;

/** Bytes of a node before its vector; of `dot` as files had it once, and have it now. */
const headBytes: Readonly<Record<AnnoyMetric, readonly number[]>> = {
  euclidean: [16],
  angular: [12],
  manhattan: [16],
  dot: [24, 16],
  hamming: [16],
};

/**
 * Readings of a file, under what is known of it; none once there are more than `most`.
 *
 * @throws EngineError `io`
 */
export function readingsOf(path: string, known: KnownReading, most: number): readonly AnnoyReading[] {
  const bytes = sizeOf(path);
  const readings: AnnoyReading[] = [];
  for (const metric of Object.keys(annoyMetricIds) as AnnoyMetric[]) {
    if (known.metric !== undefined && known.metric !== metric) continue;
    // Bits lie in words of 64, so that dimensions of one word cannot be told apart.
    const step = metric === 'hamming' ? 64 : 1;
    for (let at = step; at <= mostDimension; at += step) {
      const dimension = known.dimension ?? at;
      if (divides(metric, dimension, bytes) && opens(path, metric, dimension)) {
        if (readings.length === most) return [];
        readings.push({ metric, dimension });
      }
      if (known.dimension !== undefined) break;
    }
  }
  return readings;
}

function divides(metric: AnnoyMetric, dimension: number, bytes: number): boolean {
  const vector = metric === 'hamming' ? 8 * Math.ceil(dimension / 64) : 4 * dimension;
  return headBytes[metric].some((head) => bytes % (head + vector) === 0);
}

function opens(path: string, metric: AnnoyMetric, dimension: number): boolean {
  try {
    openAnnoyFile({ path, metric, dimension });
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.code === 'format') return false;
    throw error;
  }
}

function sizeOf(path: string): number {
  const file = new DiskFile(path, 'read');
  try {
    return file.size();
  } finally {
    file.close();
  }
}
