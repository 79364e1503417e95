import { UsageError } from "../../core/errors.js";
import type { ScoredMatrix } from "../../core/matrix.js";
import type { CandidateOrder } from "../../neighbours/candidate-order.js";
import { marginOrder } from "../../neighbours/margin-order.js";
import { MARGIN_SCORES, neighbourhoodsOf, type ORDERS } from "../../neighbours/margin-scores.js";
import { mutualOrder } from "../../neighbours/mutual-order.js";
import { NearestRows, type Neighbours } from "../../neighbours/nearest-rows.js";
import type { Context } from "../../shell/context.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import type { MetricName } from "../../similarity/options.js";

/** Options that compare a candidate with the neighbours of both rows. */
export interface NeighbourOptions {
  readonly by?: (typeof ORDERS)[number];
  readonly mutual?: true;
  readonly neighbours?: number;
}

/** The number of neighbours for `--mutual` alone. */
const NEIGHBOURS = 10;

/** @throws {UsageError} for options of neighbours that contradict others. */
export function expectNeighbourOptions(
  { by = "score", mutual, neighbours }: NeighbourOptions,
  metric: MetricName,
  hasScores: boolean,
): void {
  if (neighbours !== undefined && by === "score" && !mutual) {
    throw new UsageError("--neighbours: expected --by or --mutual with it", "--by csls --neighbours 10");
  }
  if (by === "score") return;
  if (hasScores) {
    throw new UsageError(`--by ${by}: expected no --scores with it`, "the scores of the file are the order");
  }
  if (METRICS[metric].nearer === "less") {
    throw new UsageError(
      `--by ${by}: expected a similarity, found --metric ${metric}`,
      "leave out --metric: the default is cosine",
    );
  }
}

/**
 * Returns the order of candidates that depends on the neighbours of anchors and of the rows of the corpus.
 *
 * @param backward returns the matrix with a row for each row of the corpus; null if it is the same one.
 * @param given the order by the scores of a file, if there is one; undefined for that of the metric.
 */
export async function orderByNeighbours(
  context: Context,
  { by = "score", mutual, neighbours }: NeighbourOptions,
  scores: ScoredMatrix,
  backward: (() => Promise<ScoredMatrix>) | null,
  given: CandidateOrder | undefined,
): Promise<CandidateOrder | undefined> {
  const margin = MARGIN_SCORES.find(({ name }) => name === MARGINS[by]);
  if (!margin && !mutual) return given;
  const k = neighbours ?? margin?.k ?? NEIGHBOURS;
  const ofCorpus = await nearestOf(context, backward ? await backward() : scores, k, !backward);
  const ofAnchors = margin && backward ? await nearestOf(context, scores, k, false) : ofCorpus;
  const order = margin ? marginOrder(margin, neighbourhoodsOf(ofAnchors, ofCorpus, k), scores.columns) : given;
  return mutual ? mutualOrder(ofCorpus, order ?? null, scores.nearer) : order;
}

const MARGINS: { readonly [order: string]: string } = { "margin-ratio": "ratio", csls: "csls" };

async function nearestOf(context: Context, scores: ScoredMatrix, k: number, excludeSelf: boolean): Promise<Neighbours> {
  const nearest = new NearestRows(scores.rows, { k: Math.min(k, scores.columns), excludeSelf });
  await nearest.add(context.computing(scores));
  return nearest.result();
}
