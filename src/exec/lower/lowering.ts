/** What lowering builds up: the pipelines so far, the scans they read, and the way from one pipeline to the next. */
import type { RowRange, ScanPredicate, Source } from '../../data/doors.js';
import type { DataType } from '../../data/types.js';
import type { PlanKind, PlanNode } from '../../plan/node.js';
import type { NodeOf } from '../../plan/nodes/definition.js';
import type { PipelineDescription, SinkDescription } from '../description.js';
import { sinkOf } from '../description.js';
import type { Register } from './program-builder.js';
import { Stream } from './stream.js';

/** A source to be opened, and what is wanted of it; an index, too, which has no columns. */
export interface ScanToOpen {
  readonly source: Pick<Source, 'label' | 'open' | 'fingerprint'> & Partial<Pick<Source, 'schema'>>;
  readonly columns: readonly string[];
  readonly predicates: readonly ScanPredicate[];
  /** What `open` is to leave out by itself. */
  readonly rows?: RowRange | undefined;
}

/** How a kind of node continues the stream of its input; one file per kind. */
export type Lower<K extends PlanKind = PlanKind> = (node: NodeOf<K>, lowering: Lowering) => Stream;

interface NamedType {
  readonly name: string;
  readonly type: DataType;
}

export class Lowering {
  readonly pipelines: PipelineDescription[] = [];
  readonly scans: ScanToOpen[] = [];
  /** Per pipeline, the nodes that run in it. */
  readonly nodes: PlanNode[][] = [];
  readonly #orderBlind: ReadonlySet<PlanNode>;
  readonly #lowerNode: (node: PlanNode, lowering: Lowering) => Stream;

  constructor(lowerNode: (node: PlanNode, lowering: Lowering) => Stream, orderBlind: ReadonlySet<PlanNode>) {
    this.#lowerNode = lowerNode;
    this.#orderBlind = orderBlind;
  }

  /** The stream of a node's rows. */
  stream(node: PlanNode): Stream {
    const stream = this.#lowerNode(node, this);
    stream.nodes.push(node);
    return stream;
  }

  /** The stream of a node's rows with nothing left to cut: a limit that is still due is carried out first. */
  whole(node: PlanNode): Stream {
    const stream = this.stream(node);
    if (stream.cut === undefined) return stream;
    return this.next(stream, outputsOf(stream, node), node.schema.fields, sinkOf('materialise', stream.cut));
  }

  /** The same of a node's only input. */
  wholeInput(node: PlanNode): Stream {
    return this.whole(node.inputs[0]!);
  }

  isOrderBlind(node: PlanNode): boolean {
    return this.#orderBlind.has(node);
  }

  /** Ends a pipeline in a sink. */
  end(stream: Stream, outputs: readonly Register[], sink: SinkDescription): number {
    this.pipelines.push(stream.finish(outputs, sink));
    this.nodes.push(stream.nodes);
    return this.pipelines.length - 1;
  }

  /** Ends a pipeline and starts the next, which reads the first columns of the sink's result. */
  next(
    stream: Stream,
    outputs: readonly Register[],
    columns: readonly NamedType[],
    sink: SinkDescription,
  ): Stream {
    const index = this.end(stream, outputs, sink);
    return new Stream(
      { kind: 'pipeline', index, columns: columns.map((_, i) => i), predicates: [] },
      columns,
    );
  }
}

/** The values of a node's columns, in order. */
export function outputsOf(stream: Stream, node: PlanNode): Register[] {
  return node.schema.names.map((name) => stream.column(name));
}
