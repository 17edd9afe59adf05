/** A file of the job's own beside its checkpoint: rows of numbers without a header, which the checkpoint's sums protect. */
import { EngineError } from '../../base/engine-error.js';
import { DiskFile, syncFolderOf } from '../../storage/disk-file.js';
import { isMissing } from '../../storage/replace-file.js';
import type { Cells, JobStore } from './job-store.js';

/** Bytes written or read between two turns of the event loop. */
const stepBytes = 2 ** 20;

export type SideCells = 'uint32' | 'float64';

const cellKinds = { uint32: Uint32Array, float64: Float64Array } as const;

export interface SideFileShape {
  readonly name: string;
  readonly width: number;
  readonly cells: SideCells;
}

export class SideFile implements JobStore {
  readonly name: string;
  readonly path: string;
  readonly width: number;
  readonly rows = Number.MAX_SAFE_INTEGER;
  readonly perEdge = false;
  readonly #cells: (typeof cellKinds)[SideCells];
  readonly #file: DiskFile;
  #isNew: boolean;

  private constructor(path: string, shape: SideFileShape, file: DiskFile, isNew: boolean) {
    this.path = path;
    this.name = shape.name;
    this.width = shape.width;
    this.#cells = cellKinds[shape.cells];
    this.#file = file;
    this.#isNew = isNew;
  }

  /**
   * Opens the file; makes it where `rowsThere` says that nothing of it is needed.
   *
   * @param rowsThere rows that an earlier run wrote
   * @throws EngineError `io` naming a file that should be there
   */
  static open(path: string, shape: SideFileShape, rowsThere: number, mode: number): SideFile {
    try {
      return new SideFile(path, shape, new DiskFile(path, 'change'), false);
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (rowsThere === 0) return new SideFile(path, shape, new DiskFile(path, 'create', mode), true);
      throw new EngineError(
        'io',
        `the job's own file ${path} does not exist; put it back beside the checkpoint, or begin the job anew`,
        { detail: { path, errno: 'ENOENT' }, cause: error },
      );
    }
  }

  cellsOf(values: Float64Array | Uint32Array): Cells {
    return values instanceof this.#cells ? values : this.#cells.from(values);
  }

  async write(firstRow: number, cells: Cells): Promise<void> {
    const bytes = new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength);
    const start = firstRow * this.#rowBytes();
    for (let at = 0; at < bytes.length; at += stepBytes) {
      this.#file.write(start + at, bytes.subarray(at, at + stepBytes));
      if (at + stepBytes < bytes.length) await nextTurn();
    }
  }

  async read(firstRow: number, endRow: number): Promise<Cells> {
    const width = this.#rowBytes();
    const bytes = new Uint8Array((endRow - firstRow) * width);
    for (let at = 0; at < bytes.length; at += stepBytes) {
      const wanted = Math.min(stepBytes, bytes.length - at);
      const part = this.#file.read(firstRow * width + at, wanted);
      if (part.length < wanted) throw this.#tooShort(endRow);
      bytes.set(part, at);
      if (at + stepBytes < bytes.length) await nextTurn();
    }
    return new this.#cells(bytes.buffer);
  }

  async sync(): Promise<void> {
    await this.#file.sync();
    if (this.#isNew) await syncFolderOf(this.path);
    this.#isNew = false;
  }

  close(): void {
    this.#file.close();
  }

  #rowBytes(): number {
    return this.width * this.#cells.BYTES_PER_ELEMENT;
  }

  #tooShort(rows: number): EngineError {
    const wanted = rows * this.#rowBytes();
    const found = this.#file.size();
    return new EngineError(
      'changed',
      `${this.path} has ${found} bytes, and the job wrote ${wanted}: it was truncated since`,
      { detail: { path: this.path, wanted, found, what: 'size' } },
    );
  }
}

async function nextTurn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
