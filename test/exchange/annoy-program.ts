/** Annoy itself, compiled from its npm package, as functions: it builds a file, and searches one. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AnnoyMetric } from 'spillway';

import type { FoundLists } from './found-lists.js';

/** Rows of floats. */
export interface FloatRows {
  readonly data: Float32Array;
  readonly rows: number;
  readonly cols: number;
}

export interface AnnoySearch {
  readonly metric: AnnoyMetric;
  readonly index: string;
  readonly queries: FloatRows;
  readonly k: number;
  readonly searchK: number;
}

export class AnnoyProgram {
  readonly #program: string;
  readonly #folder: string;

  /** @param folder where values go on their way */
  constructor(folder: string) {
    this.#program = execFileSync(process.execPath, ['scripts/native/annoy-driver.mjs'], {
      encoding: 'utf8',
    }).trim();
    this.#folder = folder;
  }

  build(metric: AnnoyMetric, values: FloatRows, index: string, trees: number, seed: number): void {
    const given = this.#write('values.f32', values);
    this.#run('build', metric, values.cols, given, index, trees, seed, 1);
  }

  search({ metric, index, queries, k, searchK }: AnnoySearch): FoundLists {
    const result = path.join(this.#folder, 'result.bin');
    const asked = this.#write('queries.f32', queries);
    this.#run('search', metric, queries.cols, index, asked, k, searchK, 1, result);
    const bytes = new Uint8Array(readFileSync(result)).buffer;
    const cells = queries.rows * k;
    const byQuery = (values: Int32Array | Float32Array): number[][] =>
      Array.from({ length: queries.rows }, (_, q) => [...values.subarray(q * k, (q + 1) * k)]);
    const ids = byQuery(new Int32Array(bytes, 0, cells)).map((row) => row.filter((id) => id >= 0));
    const far = byQuery(new Float32Array(bytes, cells * 4, cells));
    return { index: ids, distance: far.map((row, q) => row.slice(0, ids[q]!.length)) };
  }

  #write(name: string, { data }: FloatRows): string {
    const file = path.join(this.#folder, name);
    writeFileSync(file, data);
    return file;
  }

  #run(...parameters: (string | number)[]): void {
    execFileSync(this.#program, parameters.map(String), { stdio: 'pipe' });
  }
}
