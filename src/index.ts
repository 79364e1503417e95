/** simcli as a library: similarities, neighbours, losses and retrieval metrics of sets of vectors. */
export {
  DataError,
  type Fault,
  MachineError,
  MalformedError,
  type Place,
  SimcliError,
  UsageError,
} from "./core/errors.js";
export { hold, type Matrix, type Tile, type TiledMatrix, tiled } from "./core/matrix.js";
export { addNoise } from "./core/noise.js";
export { type Relevance, relevanceByJudgement, relevanceByLabel, relevanceByRow } from "./core/relevance.js";
export type { Agreement } from "./core/results.js";
export type { ScoredMatrix } from "./core/scores.js";
export { type VectorSet, vectorsFrom } from "./core/vectors.js";
export { type Evaluation, evaluate } from "./evaluation/evaluate.js";
export { MetricMeans, type QueryRanks, type RetrievalMetrics } from "./evaluation/retrieval-metrics.js";
export type { ColumnReference, ReadOptions } from "./input/read-options.js";
export { openFile, openStream, type Source } from "./input/source.js";
export {
  type HardNegativeOptions,
  hardNegativeLoss,
  type LossEvaluation,
  type SimilarityLossOptions,
  similarityLoss,
} from "./loss/similarity-loss.js";
export type {
  Anchors,
  Fallback,
  KindName,
  Mining,
  Negatives,
  PerAnchor,
  Reduction,
  SimilarityLoss,
} from "./loss/types.js";
export { Groups } from "./neighbours/groups.js";
export { type Mined, type MiningOptions, mineNegatives } from "./neighbours/miner.js";
export { findPairs } from "./neighbours/near-pairs.js";
export { type NearestOptions, NearestRows, type Neighbours } from "./neighbours/nearest-rows.js";
export { type MatrixText, readMatrix } from "./reading/read-matrix.js";
export { type ReadVectorsOptions, readVectors } from "./reading/read-vectors.js";
export { AgreementCheck, DEFAULT_TOLERANCE, type Tolerance } from "./similarity/agreement.js";
export type { MetricTiles } from "./similarity/compute.js";
export type { Metric } from "./similarity/metrics/metric.js";
export { METRICS } from "./similarity/metrics/metrics.js";
export type { BackendName, MetricName, Mode, SimilarityOptions, ZeroVectors } from "./similarity/options.js";
export { cosine, cosineSimilarity, cosineTiles, metricTiles } from "./similarity/similarity.js";
