import { sharedNumbers, type VectorSet } from "../../core/vectors.js";
import { principalComponents } from "../../evaluation/principal-components.js";
import type { Figure } from "../../pictures/figure.js";
import type { Context } from "../../shell/context.js";
import { readInput, readOptionsOf } from "../../shell/inputs.js";
import { Describer, norm } from "./description.js";
import { descriptionFigure, MAX_COMPONENTS } from "./description-figure.js";
import type { DescribeOptions } from "./run.js";

/** Reads the vectors into memory and returns their charts. */
export async function describePicture(context: Context, path: string, options: DescribeOptions): Promise<Figure> {
  const set = await readInput(context, path, { ...readOptionsOf(options), nonFinite: "keep" });
  const describer = new Describer();
  describer.add({ ...set, columns: set.dimensions });
  const finite = finiteRows(set);
  const norms = new Float64Array(finite.rows);
  for (let i = 0; i < norms.length; i++) norms[i] = norm(rowOf(finite, i));
  const components = await principalComponents(finite, { count: MAX_COMPONENTS, ...context.engineOptions });
  const { precision = null } = options;
  return descriptionFigure({ set, description: describer.result(), finite, norms, components, precision });
}

const rowOf = ({ values, dimensions: d }: VectorSet, row: number) => values.subarray(row * d, (row + 1) * d);

/** Returns the rows whose components are all finite: the same set, if all are. */
function finiteRows(set: VectorSet): VectorSet {
  const kept: number[] = [];
  for (let i = 0; i < set.rows; i++) if (rowOf(set, i).every(Number.isFinite)) kept.push(i);
  if (kept.length === set.rows) return set;
  const values = sharedNumbers(kept.length * set.dimensions, set.values);
  for (const [i, row] of kept.entries()) values.set(rowOf(set, row), i * set.dimensions);
  const ids = set.ids && kept.map((row) => set.ids?.[row] ?? "");
  return { ...set, values, rows: kept.length, ids, labels: null, lines: null };
}
