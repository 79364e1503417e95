/** simcli as a library; docs/library.md shows its use. */
export { DataError, MachineError, MalformedError, SimcliError, UsageError } from "./core/errors.js";
export { GivenScores } from "./core/given-scores.js";
export type { ScoredMatrix } from "./core/matrix.js";
export { hold, type Matrix, type Tile, type TiledMatrix, tiled } from "./core/matrix.js";
export type { NeighbourLists } from "./core/neighbour-lists.js";
export { addNoise } from "./core/noise.js";
export { type Quantization, quantized, type Ranges, rangesOf } from "./core/quantization.js";
export { type Relevance, relevanceByJudgement, relevanceByLabel, relevanceByRow } from "./core/relevance.js";
export type { Agreement } from "./core/results.js";
export { type VectorSet, vectorsFrom } from "./core/vectors.js";
export { type BitextResult, evaluateBitext } from "./evaluation/bitext.js";
export { pearson, spearman } from "./evaluation/correlation.js";
export { type Evaluation, type EvaluationOptions, evaluate } from "./evaluation/evaluate.js";
export { kendallTau } from "./evaluation/kendall.js";
export { type NeighbourRecall, neighbourRecall, type RecallAtK } from "./evaluation/neighbour-recall.js";
export { classifyPairs, type PairClassification } from "./evaluation/pair-classification.js";
export {
  comparePaired,
  holm,
  type PairedComparison,
  type ResamplingOptions,
} from "./evaluation/significance/paired-tests.js";
export { type TripletAccuracy, tripletAccuracy } from "./evaluation/triplet-accuracy.js";
export { openStream, type Source } from "./input/source.js";
export { createRuntime, defaultRuntime, type Runtime, type RuntimeOptions } from "./kernels/runtime.js";
export {
  type HardNegativeOptions,
  hardNegativeLoss,
  type LossEvaluation,
  type SimilarityLossOptions,
  similarityLoss,
} from "./loss/similarity-loss.js";
export type { SimilarityLoss } from "./loss/types.js";
export type { CandidateOrder } from "./neighbours/candidate-order.js";
export { givenOrder } from "./neighbours/given-order.js";
export { componentKeepers, greedyKeepers, type Keepers } from "./neighbours/keepers.js";
export { marginOrder } from "./neighbours/margin-order.js";
export { MARGIN_SCORES, type MarginScore, neighbourhoodsOf } from "./neighbours/margin-scores.js";
export { type Mined, type MiningOptions, mineNegatives } from "./neighbours/miner.js";
export { mutualOrder } from "./neighbours/mutual-order.js";
export { findPairs } from "./neighbours/near-pairs.js";
export { type NearestOptions, NearestRows, type Neighbours } from "./neighbours/nearest-rows.js";
export { type NeighbourOverlap, neighbourOverlap } from "./neighbours/overlap.js";
export { type MatrixText, readMatrix } from "./reading/read-matrix.js";
export { type ReadVectorsOptions, readVectorParts, readVectors } from "./reading/read-vectors.js";
export { checkAgreement, type Tolerance } from "./similarity/agreement.js";
export type { MetricTiles } from "./similarity/compute.js";
export { cosineGradients, type GradientOptions, type VectorGradients } from "./similarity/cosine-gradients.js";
export { type CkaOptions, linearCka } from "./similarity/linear-cka.js";
export type { MetricName, SimilarityOptions } from "./similarity/options.js";
export { pairScores, type RowPairs } from "./similarity/pair-scores.js";
export { searchableTiles } from "./similarity/searchable.js";
export { cosine, cosineSimilarity, cosineTiles, metricTiles } from "./similarity/similarity.js";
