import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../reference.js";
import type { Case } from "./cases.js";
import { lossCases } from "./loss-cases.js";
import { errorsOf, type Measured } from "./measure.js";
import { metricCases } from "./metric-cases.js";
import { statisticCases } from "./statistic-cases.js";

/** Prints the tables of docs/accuracy.md. PYTHON: a python with NumPy, SciPy, scikit-learn and PyTorch. */

/** The values that the other programs compute for the same data; null where a value is not finite. */
function peersOf(cases: readonly Case[]): { readonly [program: string]: readonly (number | null)[] }[] {
  const jobs = cases.map(({ value, data, input }) => ({ value, data, input }));
  const python = process.env.PYTHON ?? "python3";
  const script = join(root, "bench/peers/accuracy.py");
  const { status, stdout, stderr } = spawnSync(python, [script], {
    input: JSON.stringify(jobs),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Returns an error in ulps as text: two digits; from a million on, a power of ten. */
function text(error: number | undefined): string {
  if (error === undefined) return "–";
  if (!Number.isFinite(error)) return "∞";
  if (error >= 1e6) return `1e${Math.round(Math.log10(error))}`;
  if (error >= 100) return `${Number(error.toPrecision(2))}`;
  return error.toFixed(error < 0.05 && error > 0 ? 2 : 1);
}

function print(title: string, rows: readonly Measured[]): void {
  const ways = [...new Set(rows.flatMap(({ errors }) => Object.keys(errors)))];
  const line = (cells: readonly string[]) => process.stdout.write(`| ${cells.join(" | ")} |\n`);
  process.stdout.write(`\n${title}\n\n`);
  line(["value", "data", ...ways]);
  line(["---", "---", ...ways.map(() => "---:")]);
  for (const { value, data, errors } of rows) line([value, data, ...ways.map((way) => text(errors[way]))]);
}

for (const [title, cases] of [
  ["Metrics", metricCases()],
  ["Losses", lossCases()],
  ["Statistics", statisticCases()],
] as const) {
  const peers = peersOf(cases);
  const rows: Measured[] = [];
  for (const [k, one] of cases.entries()) rows.push(await errorsOf(one, peers[k]));
  print(title, rows);
}
