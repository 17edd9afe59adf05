/** The wire form of a query description, read by `native/engine/description.cc`: little-endian, nothing aligned. */
import { EngineError } from '../base/engine-error.js';
import { metricIds } from '../data/metric.js';
import { isFloat, typeIds, typeName } from '../data/types.js';
import { ByteWriter } from './byte-writer.js';
import { compareIds, shardMethods, sinkKinds } from './description.js';
import type {
  Constant,
  NeighborDescription,
  NeighborJoinDescription,
  PipelineDescription,
  ProgramDescription,
  QueryDescription,
  SinkDescription,
  SourceDescription,
} from './description.js';
import { ticksOf } from '../data/ticks.js';

export const MAGIC = 0x50575331;

/** No pipeline has this number. */
const NO_REFERENCE = 0xffff_ffff;

/** The bytes that tell the native engine what to run. */
export function describe(query: QueryDescription): Uint8Array {
  const out = new ByteWriter();
  out.u32(MAGIC);
  out.list(query.pipelines, (pipeline) => {
    writePipeline(out, pipeline);
  });
  return out.finish();
}

function writePipeline(out: ByteWriter, { source, program, sink }: PipelineDescription): void {
  writeSource(out, source);
  writeProgram(out, program);
  writeSink(out, sink);
}

function writeSource(out: ByteWriter, source: SourceDescription): void {
  out.u8(source.kind === 'scan' ? 0 : 1);
  out.u32(source.index);
  writePositions(out, source.columns);
  out.list(source.predicates, (predicate) => {
    out.u32(predicate.column);
    out.u8(compareIds[predicate.compare]);
    out.list(predicate.constants, (constant) => {
      writeConstant(out, constant);
    });
  });
  out.i64(source.rows?.first ?? 0);
  out.i64(source.rows?.end ?? -1);
  out.list(source.joins ?? [], (join) => {
    writeJoin(out, join);
  });
}

function writeJoin(out: ByteWriter, { reference, program, columns, annoy }: NeighborJoinDescription): void {
  out.u32(reference ?? NO_REFERENCE);
  writeProgram(out, program);
  writePositions(out, columns);
  out.bool(annoy !== undefined);
  if (annoy === undefined) return;
  out.u32(annoy.handle);
  out.u32(annoy.coordinates);
  out.u32(annoy.k);
  out.i64(annoy.searchK);
  out.bool(annoy.skipMissing);
  out.bool(annoy.excludeSelf);
  out.f64(annoy.querySeconds);
}

function writeProgram(out: ByteWriter, program: ProgramDescription): void {
  out.list(program.inputs, (type) => {
    out.u8(typeIds[type.kind]);
  });
  out.list(program.constants, (constant) => {
    writeConstant(out, constant);
  });
  out.list(program.instructions, (instruction) => {
    out.text(instruction.operation);
    out.u8(typeIds[instruction.result.kind]);
    writePositions(out, instruction.args);
    out.list(instruction.params, (param) => {
      out.i64(param);
    });
    out.text(instruction.label);
  });
  writePositions(out, program.outputs);
}

function writeSink(out: ByteWriter, sink: SinkDescription): void {
  out.u8(sinkKinds[sink.kind]);
  out.i64(sink.limit);
  out.i64(sink.offset);
  out.u32(sink.keyCount);
  out.list(sink.aggregates, (aggregate) => {
    out.text(aggregate.name);
    writePositions(out, aggregate.args);
    out.list(aggregate.params, (param) => {
      out.f64(param);
    });
    out.bool(aggregate.distinct);
    out.u8(typeIds[aggregate.result.kind]);
  });
  out.bool(sink.orderBlind);
  out.list(sink.sortKeys, (key) => {
    out.u32(key.column);
    out.bool(key.descending);
    out.bool(key.nullsFirst);
  });
  out.u32(sink.groupColumns);
  out.i64(sink.groupLimit);
  out.u32(sink.handle);
  out.list(sink.folds, (fold) => {
    out.text(fold.name);
    writePositions(out, fold.args);
    out.list(fold.params, (param) => {
      out.f64(param);
    });
    out.bytes(fold.initial);
  });
  out.u8(shardMethods[sink.shards.method]);
  out.u32(sink.shards.buckets);
  out.list(sink.shards.bounds, (bound) => {
    writeConstant(out, bound);
  });
  writeNeighbors(out, sink.neighbors);
}

function writeNeighbors(out: ByteWriter, neighbors: NeighborDescription): void {
  out.u32(neighbors.coordinates);
  out.u32(neighbors.keys);
  out.bool(neighbors.matchNulls);
  out.u8(metricIds[neighbors.metric]);
  out.f64(neighbors.p);
  out.u32(neighbors.k);
  out.f64(neighbors.radius);
  out.bool(neighbors.skipMissing);
  out.bool(neighbors.excludeSelf);
  out.text(neighbors.method);
  out.i64(neighbors.expectedQueries);
}

function writePositions(out: ByteWriter, positions: readonly number[]): void {
  out.list(positions, (position) => {
    out.u32(position);
  });
}

function writeConstant(out: ByteWriter, { type, value }: Constant): void {
  out.u8(typeIds[type.kind]);
  out.bool(value === null);
  if (value === null) return;
  if (type.kind === 'utf8' && typeof value === 'string') out.text(value);
  else if (type.kind === 'bool' && typeof value === 'boolean') out.bool(value);
  else if (isFloat(type) && (typeof value === 'number' || typeof value === 'bigint')) out.f64(Number(value));
  else {
    const ticks = ticksOf(value, type);
    if (ticks === undefined) {
      throw new EngineError(
        'internal',
        `the value ${String(value)} was planned as ${typeName(type)}; please report it`,
      );
    }
    out.i64(type.kind === 'uint64' ? BigInt.asIntN(64, ticks) : ticks);
  }
}
