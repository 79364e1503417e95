import { principalComponents } from "../../evaluation/principal-components.js";
import { kindOf } from "../../loss/kinds.js";
import type { SimilarityLossOptions } from "../../loss/similarity-loss.js";
import { hubsOf } from "../../neighbours/hubs.js";
import type { MatrixOrder } from "../../pages/matrix-view.js";
import type { Context } from "../../shell/context.js";
import { MAX_COMPONENTS } from "../describe/description-figure.js";
import { sweptMargins } from "../loss/loss-figure.js";
import type { CommandLines } from "./command-lines.js";
import { arranged, type ComparedSets, compare } from "./comparison.js";
import type { Model } from "./model.js";
import type { ReportOptions } from "./run.js";

/** Computes what a report shows of a model. */
export async function modelOf(
  context: Context,
  sets: ComparedSets,
  orders: readonly Omit<MatrixOrder, "grid">[],
  lines: CommandLines,
  pixels: number,
  options: ReportOptions,
): Promise<Model> {
  const comparison = await compare(context, sets, options, pixels, lossOptionsOf(sets, options));
  const images: MatrixOrder[] = [];
  for (const order of orders) images.push(await arranged(context, comparison, options, order));
  const { queries, corpus, isSelf } = sets;
  return {
    name: isSelf ? queries.name : `${queries.name} × ${corpus.name}`,
    comparison,
    orders: images,
    hubs: hubsOf(comparison.neighbours, corpus.rows),
    components: await principalComponents(corpus, { count: MAX_COMPONENTS, ...context.engineOptions }),
    lines,
  };
}

/** Returns the options of the loss: by pairs of rows, or by labels; null for sets whose rows are not pairs. */
function lossOptionsOf(
  { queries, corpus, isSelf }: ComparedSets,
  { qrels, margin }: ReportOptions,
): SimilarityLossOptions | null {
  if (qrels !== undefined || queries.rows !== corpus.rows || queries.rows < 2) return null;
  const kind = queries.labels ? "triplet" : "hard-negative";
  const own = margin ?? Number(kindOf({ kind }).defaults.margin);
  const margins = [own, ...sweptMargins([own])];
  if (kind === "triplet") {
    // Row i of both files is a pair only if both have one class.
    const areSame = queries.labels?.every((label, i) => label === corpus.labels?.[i]);
    return areSame ? { kind, margins, labels: queries.labels, excludeSelf: isSelf } : null;
  }
  return isSelf ? null : { kind, margins };
}
