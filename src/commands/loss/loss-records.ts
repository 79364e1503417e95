import { isCountColumn, type PerAnchor, type SimilarityLoss } from "../../loss/types.js";
import { type Cell, type ColumnKind, kindOfRows, type Records } from "../../output/format.js";

/** Returns one record for each anchor; a leading column `margin` where there are several losses. */
export function lossRecords(losses: readonly SimilarityLoss[], ids: readonly string[] | null): Records {
  const several = losses.length > 1;
  const [{ perAnchor }] = losses;
  const columns = Object.keys(perAnchor);
  const kinds = columns.map((name): ColumnKind => (holdsWholeNumbers(perAnchor, name) ? "whole" : "number"));
  function* rows(): Generator<Cell[]> {
    for (const loss of losses) {
      for (let i = 0; i < loss.batchSize; i++) {
        const cells = [ids?.[i] ?? i, ...columns.map((name) => cellOf(loss.perAnchor[name], i))];
        yield several ? [loss.settings.margin, ...cells] : cells;
      }
    }
  }
  return {
    columns: [...(several ? ["margin"] : []), "anchor", ...columns.map(snakeCase)],
    kinds: [...(several ? (["number"] as const) : []), kindOfRows(ids), ...kinds],
    rows: rows(),
  };
}

/** Returns the losses of one margin as the object that JSON shows. */
export function lossObject(loss: SimilarityLoss, ids: readonly string[] | null): { [name: string]: unknown } {
  const { batchSize, components, counts, perAnchor } = loss;
  const columns = Object.keys(perAnchor);
  return {
    ...choicesOf(loss),
    batchSize,
    ...components,
    loss: loss.loss,
    ...counts,
    perAnchor: Array.from({ length: batchSize }, (_, i) => ({
      anchor: ids?.[i] ?? i,
      ...Object.fromEntries(columns.map((name) => [name, cellOf(perAnchor[name], i)])),
    })),
  };
}

/** The options of a loss as JSON names them; hard negatives have a layout of their own, older than the other kinds. */
function choicesOf({ kind, settings, reduction, anchors, excludeSelf }: SimilarityLoss) {
  if (kind !== "hard-negative") return { kind, ...settings, reduction, anchors, excludeSelf };
  const { margin, negatives, fallback } = settings;
  return { margin, negatives, reduction, anchors, fallback };
}

function cellOf(values: PerAnchor[string], i: number): number | null {
  const isMissing = values instanceof Int32Array ? values[i] < 0 : Number.isNaN(values[i]);
  return isMissing ? null : values[i];
}

const holdsWholeNumbers = (perAnchor: PerAnchor, column: string) =>
  perAnchor[column] instanceof Int32Array || isCountColumn(column);

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
