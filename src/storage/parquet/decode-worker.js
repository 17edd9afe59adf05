/** A worker thread that decodes row groups of one Parquet file to Arrow IPC bytes, a chunk for every request. */
import { openAsBlob } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

import { ParquetFile } from 'parquet-wasm';

/**
 * @typedef {{ id: number, rowGroup: number, columns: string[], whole: boolean }} DecodeRequest
 * @typedef {{ path: string, batchRows: number }} DecodeSetup
 */

const port = parentPort;
if (port === null) throw new Error('decode-worker runs in a worker thread');
const { path, batchRows } = /** @type {DecodeSetup} */ (workerData);

/** @type {Promise<ParquetFile> | undefined} */
let file;

/** @returns {Promise<ParquetFile>} */
async function open() {
  return ParquetFile.fromFile(await openAsBlob(path));
}

/** Streams of row groups in progress, by request id. @type {Map<number, AsyncIterator<import('parquet-wasm').RecordBatch>>} */
const streams = new Map();

/**
 * The next chunk of the request's row group; null when it is over.
 * @param {DecodeRequest} request
 * @returns {Promise<Uint8Array | null>}
 */
async function next(request) {
  file ??= open();
  const opened = await file;
  const options = { batchSize: batchRows, rowGroups: [request.rowGroup], columns: request.columns };
  if (request.whole) {
    if (streams.delete(request.id)) return null;
    const table = await opened.read(options);
    streams.set(request.id, empty());
    return table.intoIPCStream();
  }
  let stream = streams.get(request.id);
  if (stream === undefined) {
    const readable = await opened.stream({ ...options, batchSize: batchRows * 4 });
    stream = /** @type {AsyncIterator<import('parquet-wasm').RecordBatch>} */ (
      readable[Symbol.asyncIterator]()
    );
    streams.set(request.id, stream);
  }
  const step = await stream.next();
  if (step.done !== true) return step.value.intoIPCStream();
  streams.delete(request.id);
  return null;
}

/** @returns {AsyncIterator<never>} */
async function* empty() {}

port.on('message', (/** @type {DecodeRequest} */ request) => {
  next(request).then(
    (bytes) => {
      if (bytes === null) port.postMessage({ id: request.id, bytes: null });
      else port.postMessage({ id: request.id, bytes }, [/** @type {ArrayBuffer} */ (bytes.buffer)]);
    },
    (/** @type {unknown} */ error) => {
      port.postMessage({ id: request.id, error: error instanceof Error ? error.message : String(error) });
    },
  );
});
