import type { VectorSet } from "../../core/vectors.js";
import type { PrincipalComponents } from "../../evaluation/principal-components.js";
import type { Hubs } from "../../neighbours/hubs.js";
import { numberFormat } from "../../output/number.js";
import type { MatrixOrder } from "../../pages/matrix-view.js";
import type { Block } from "../../pages/page.js";
import type { CommandLines } from "./command-lines.js";
import type { Comparison } from "./comparison.js";

/** One model of a report: its name, results, and command lines. */
export interface Model {
  readonly name: string;
  readonly comparison: Comparison;
  readonly orders: readonly MatrixOrder[];
  readonly hubs: Hubs;
  /** Of the corpus. */
  readonly components: PrincipalComponents;
  readonly lines: CommandLines;
}

/** A column of numbers. */
export const isNumber = true as const;

/** Returns a number with four digits. */
export const number = numberFormat(4, "none");

/** Returns all digits of a number. */
export const exact = (value: number | null): string => (value === null || Number.isNaN(value) ? "none" : String(value));

/** Returns the id or the number of a row. */
export const nameOf = ({ ids }: VectorSet, row: number): string => (row < 0 ? "none" : (ids?.[row] ?? String(row)));

/** Returns blocks of one model, or those of several beside each other. */
export function ofModels(models: readonly Model[], blocksOf: (model: Model) => Block[]): Block[] {
  if (models.length === 1) return blocksOf(models[0]);
  return [{ kind: "columns", columns: models.map((model) => ({ title: model.name, blocks: blocksOf(model) })) }];
}
