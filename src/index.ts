/** The public face: re-exports only. */
export { EngineError, errorCodes } from './base/engine-error.js';
export type { EngineErrorOptions, ErrorCode, ErrorDetail } from './base/engine-error.js';
export {
  all,
  any,
  corr,
  first,
  last,
  max,
  mean,
  median,
  min,
  n,
  nDistinct,
  quantile,
  sd,
  sum,
  variance,
} from './expr/aggregate-builders.js';
export type { AggregateOptions } from './expr/aggregate-builders.js';
export { asc, caseWhen, coalesce, col, desc, ifElse, lit } from './expr/builders.js';
export { fn } from './expr/fn.js';
export type { Functions } from './expr/fn.js';
export type {
  BooleanExpression,
  DateExpression,
  ExpressionOf,
  NumberExpression,
  TextExpression,
  UntypedExpression,
} from './expr/methods.js';
export type { ColumnLookup, Columns, DottedColumns } from './expr/row.js';
export type {
  Expression,
  LikeColumn,
  Literal,
  NamedExpression,
  NamesColumn,
  OfColumn,
  Ordering,
  WhenEmpty,
} from './expr/typed-expression.js';
export type { Fold } from './data/fold.js';
export type { Law, LawOptions, LawsChecked } from './folds/check-laws.js';
export { checkLaws } from './folds/collect-chunked.js';
export type { FoldOptions } from './folds/collect-chunked.js';
export type { CheckpointOptions } from './folds/fold-checkpoint.js';
export type { FoldAlgebra, ModuleFold } from './folds/fold-declaration.js';
export { foldTarget } from './folds/fold-target.js';
export type { FoldShard, FoldTarget, Foldable } from './folds/fold-target.js';
export { folds } from './folds/ready/index.js';
export type { FoldArgument } from './folds/ready/fold-arguments.js';
export type { ReadyFold } from './folds/ready/ready-fold.js';
export type { DistinctCount, DistinctSketchOptions } from './folds/ready/distinct-sketch.js';
export type { QuantileSketchOptions } from './folds/ready/quantile-sketch.js';
export type { QuantileSketch } from './folds/ready/quantile-summary.js';
export type { ReservoirOptions } from './folds/ready/reservoir.js';
export type { SketchValue } from './folds/ready/sketch-values.js';
export type { TopKOptions } from './folds/ready/top-k.js';
export type { RunFigures } from './exec/executor.js';
export type {
  AnnoyJoinOptions,
  JoinBy,
  JoinOn,
  KnnJoinOptions,
  NeighborJoinOptions,
  NeighborRow,
  NumericName,
  RadiusJoinOptions,
} from './query/neighbor-join-options.js';
export type { OffloadOptions, OffloadedFile } from './query/offload-options.js';
export type { Offloaded, Query, Shard, Shards } from './query/query.js';
export type { OutRow, PlainRow, UntypedRow } from './query/row-types.js';
export type { ExplainOptions } from './query/fold-terminals.js';
export type { WriteVtrOptions, Written } from './query/terminals.js';
export type {
  ColumnRecord,
  ColumnValues,
  RowOfColumns,
  RowOfObjects,
  SourceInput,
  Tbl,
} from './query/tbl.js';
export type { TblOptions } from './query/tbl-options.js';
export { Schema } from './data/schema.js';
export type { Field } from './data/schema.js';
export { Table } from './data/table.js';
export type { Matrix } from './data/matrix.js';
export { TableColumn } from './data/table-column.js';
export type { DataType, TimeUnit } from './data/types.js';
export type { Source } from './data/doors.js';
export { configureProcess as configure, machine, poolCounters } from './native/process.js';
export type { ProcessSettings } from './native/process.js';
export { lm } from './folds/lm/lm.js';
export type { LmOptions } from './folds/lm/lm.js';
export { LinearModel } from './folds/lm/linear-model.js';
export type { FStatistic } from './folds/lm/linear-model.js';
export { glm } from './folds/glm/glm.js';
export type { GlmOptions } from './folds/glm/glm-options.js';
export { GeneralizedLinearModel } from './folds/glm/generalized-linear-model.js';
export type { FamilyName } from './folds/glm/families.js';
export type { LinkName } from './folds/glm/links.js';
export type { ChunkFeeder } from './folds/chunk-feeder.js';
export type { Feeder, ResettableFeeder } from './folds/feeder.js';
export { linalg } from './folds/linalg/index.js';
export type { AnnoyMetric } from './data/annoy-metric.js';
export type { AnnoyIndex, AnnoyValidation } from './neighbors/annoy/annoy-index.js';
export type {
  BuildAnnoyOptions,
  OpenAnnoyOptions,
  ValidateAnnoyOptions,
} from './neighbors/annoy/annoy-options.js';
export type { AnnoyFacts, AnnoyResult, AnnoyTuned, AnnoyWritten } from './neighbors/annoy/annoy-results.js';
export type {
  AnnoyQuery,
  AnnoySearchIntoOptions,
  AnnoySearchOptions,
} from './neighbors/annoy/annoy-search-options.js';
export type { AnnoyCheck } from './neighbors/annoy/annoy-validate.js';
export {
  annoyRecallSuite,
  annoyVersusExact,
  annoyVolumeSuite,
  benchmarkAnnoy,
} from './neighbors/annoy/benchmark/benchmark-annoy.js';
export type { AnnoyBenchmark, AnnoyBenchmarkSuite } from './neighbors/annoy/benchmark/benchmark-annoy.js';
export type {
  AnnoyBenchmarkOptions,
  AnnoyRecallSuiteOptions,
  AnnoyVolumeSuiteOptions,
} from './neighbors/annoy/benchmark/benchmark-options.js';
export type { AnnoyBenchmarkRow } from './neighbors/annoy/benchmark/benchmark-row.js';
export type { AnnoyBenchmarkIndex } from './neighbors/annoy/benchmark/run-benchmark.js';
export { buildAnnoy } from './neighbors/annoy/build-annoy.js';
export { openAnnoy } from './neighbors/annoy/open-annoy.js';
export { countWithinRadius } from './neighbors/count-within-radius.js';
export type { CountOptions } from './neighbors/count-within-radius.js';
export { convertGraph } from './neighbors/graphs/convert-graph.js';
export type { ConvertGraphOptions } from './neighbors/graphs/convert-graph.js';
export type {
  EdgeValue,
  GraphOptions,
  IntoOptions,
  Symmetrize,
  ValuesOf,
} from './neighbors/graphs/graph-options.js';
export { CooGraph, CscGraph, CsrGraph, EdgeGraph, Graph } from './neighbors/graphs/graph.js';
export { WrittenGraph } from './neighbors/graphs/write-graph.js';
export type {
  GraphDestinations,
  GraphFiles,
  GraphInto,
  WrittenColumns,
} from './neighbors/graphs/graph-destinations.js';
export type { EdgeValues, GraphFacts, GraphFormat, GraphOf } from './neighbors/graphs/graph.js';
export { knnGraph, mutualKnnGraph } from './neighbors/graphs/knn-graph.js';
export type {
  KnnGraphIntoOptions,
  KnnGraphOptions,
  MutualKnnGraphIntoOptions,
  MutualKnnGraphOptions,
} from './neighbors/graphs/knn-graph.js';
export { radiusGraph } from './neighbors/graphs/radius-graph.js';
export type { RadiusGraphIntoOptions, RadiusGraphOptions } from './neighbors/graphs/radius-graph.js';
export { snnGraph } from './neighbors/graphs/snn-graph.js';
export type { SnnGraphIntoOptions, SnnGraphOptions, SnnWeight } from './neighbors/graphs/snn-graph.js';
export { mutualGraphJob, snnGraphJob } from './neighbors/jobs/graph-job.js';
export type { MutualGraphJobOptions, SnnGraphJobOptions } from './neighbors/jobs/graph-job.js';
export type { JobPhase, JobType } from './neighbors/jobs/job-manifest.js';
export type { JobOptions, QueryJobOptions } from './neighbors/jobs/job-options.js';
export type { JobCadence } from './neighbors/jobs/job-pace.js';
export type { JobProgress, OnJobProgress } from './neighbors/jobs/job-progress.js';
export { knnGraphJob, knnJob } from './neighbors/jobs/knn-job.js';
export type { KnnGraphJobOptions, KnnJobOptions } from './neighbors/jobs/knn-job.js';
export type { NeighborJob } from './neighbors/jobs/neighbor-job.js';
export { radiusGraphJob, radiusJob } from './neighbors/jobs/radius-job.js';
export type { RadiusGraphJobOptions, RadiusJobOptions } from './neighbors/jobs/radius-job.js';
export { resumeJob } from './neighbors/jobs/resume-job.js';
export type { ResumeOptions } from './neighbors/jobs/resume-job.js';
export type { ResumeFrom } from './neighbors/jobs/rewind.js';
export { knn } from './neighbors/knn.js';
export type { KnnIntoOptions, KnnOptions, KnnWritten } from './neighbors/knn.js';
export type { KnnPlan } from './neighbors/knn-plan.js';
export { knnPlan } from './neighbors/make-knn-plan.js';
export type { KnnPlanOptions } from './neighbors/make-knn-plan.js';
export type { Metric } from './neighbors/metric.js';
export type { PointsInput, QueryInput } from './neighbors/points-input.js';
export { openPrepared, prepareReference } from './neighbors/prepare-reference.js';
export type { OpenPreparedOptions, PrepareOptions } from './neighbors/prepare-reference.js';
export type { PreparedReference } from './neighbors/prepared-reference.js';
export { radiusSearch } from './neighbors/radius-search.js';
export type { RadiusIntoOptions, RadiusOptions, RadiusWritten } from './neighbors/radius-search.js';
export { recall } from './neighbors/recall.js';
export type { NeighborLists, Recall, RecallOptions } from './neighbors/recall.js';
export { rerank } from './neighbors/rerank.js';
export type { Candidates, RerankOptions } from './neighbors/rerank.js';
export type { KnnResult, RadiusResult } from './neighbors/results.js';
export { noNeighbor } from './native/neighbors.js';
export { costs } from './query/costs.js';
export type { Costed } from './query/costs.js';
export { tbl } from './query/default-engine.js';
export { openShards } from './query/open-shards.js';
export { tblMatrix } from './query/tbl-matrix.js';
export type { TblMatrixOptions } from './query/tbl-matrix.js';
export type {
  GroupOptions,
  GroupResults,
  KeyInterval,
  ShardKey,
  ShardMethod,
  ShardOptions,
  VerifiedShards,
} from './query/shards/shards.js';
export { verify } from './storage/vtr/verify.js';
export type { Verified, VerifyOptions } from './storage/vtr/verify.js';
export type { MatrixInput, MatrixOrder, NumberArray } from './storage/matrix/block-values.js';
export { createMatrix } from './storage/matrix/create-matrix.js';
export type { CreateMatrixOptions } from './storage/matrix/create-matrix.js';
export type { MatrixDescriptor, MatrixOffset } from './storage/matrix/descriptor.js';
export type { FileMatrix } from './storage/matrix/file-matrix.js';
export type {
  MatrixBlock,
  MatrixColumn,
  MatrixRange,
  MatrixReadOptions,
  MatrixWriteOptions,
} from './storage/matrix/matrix-options.js';
export type { MatrixType, MatrixValues } from './storage/matrix/matrix-types.js';
export { openMatrix } from './storage/matrix/open-matrix.js';
export type { OpenMatrixOptions } from './storage/matrix/open-matrix.js';
