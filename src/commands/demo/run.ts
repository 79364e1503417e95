import { type Matrix, tiled } from "../../core/matrix.js";
import type { Agreement } from "../../core/results.js";
import { doublesOf, type Numbers, type VectorSet, vectorsFrom } from "../../core/vectors.js";
import { jsonText } from "../../formats/json/write-json.js";
import { recordFormat } from "../../formats/writers.js";
import { hardNegativeLoss } from "../../loss/similarity-loss.js";
import type { SimilarityLoss } from "../../loss/types.js";
import type { Cell, MatrixHead, Records } from "../../output/format.js";
import { numberFormat } from "../../output/number.js";
import type { Context } from "../../shell/context.js";
import { EXIT } from "../../shell/report.js";
import { writeLines, writeRecords } from "../../shell/writers.js";
import { checkAgreement } from "../../similarity/agreement.js";
import { cosine, cosineSimilarity } from "../../similarity/similarity.js";
import { gridLines, type TableOptions, windowOf } from "../../tables/grid.js";
import { wrapParts } from "../../tables/wrap.js";
import { lossObject } from "../loss/loss-records.js";
import { lossTable } from "../loss/loss-table.js";
import { agreementParts, batchLine } from "../similarity/matrix-table.js";

interface Demo {
  readonly pairs: readonly { readonly name: string; readonly vector: readonly number[]; readonly cosine: number }[];
  readonly v1: VectorSet;
  readonly v2: VectorSet;
  readonly loop: Matrix;
  readonly matrix: Matrix;
  readonly agreement: Agreement;
  readonly loss: SimilarityLoss;
}

/** Runs `simcli demo`. */
export async function runDemo(context: Context): Promise<number> {
  const { options } = context;
  const format = recordFormat(context.format);
  const demo = await compute();
  if (format === "table") await writeLines(context, demoLines(demo, await context.tableOptions([])));
  else if (format === "json") await context.write(demoJson(demo, options.precision ?? null));
  else await writeRecords(context, format, demoRecords(demo));
  await context.commit();
  return EXIT.done;
}

async function compute(): Promise<Demo> {
  const v1 = vectorsFrom(V1, { name: "v1" });
  const v2 = vectorsFrom(V2, { name: "v2" });
  const loop = await cosineSimilarity(v2, v1, { mode: "loop" });
  const matrix = await cosineSimilarity(v2, v1);
  const agreement = await checkAgreement(tiled(matrix), tiled(loop));
  const [loss] = await hardNegativeLoss(tiled(matrix));
  const pairs = SECOND_VECTORS.map((second) => ({ ...second, cosine: cosine(PAIR, second.vector) }));
  return { pairs, v1, v2, loop, matrix, agreement, loss };
}

function demoLines({ pairs, v1, v2, loop, matrix, agreement, loss }: Demo, options: TableOptions): string[] {
  const { paint, precision } = options;
  const title = (text: string) => paint.bold(text);
  const vector = (values: readonly number[]) => `[${values.join(", ")}]`;
  const number = numberFormat(precision, "nan");
  const grid = (held: Matrix, colored: boolean) => {
    const head = headOf(held);
    const window = windowOf(head, options);
    window.add({ firstRow: 0, ...held });
    return gridLines(head, window, options, colored);
  };
  const asMatrix = ({ rows, dimensions: columns, values }: VectorSet) => ({ rows, columns, values: doublesOf(values) });
  const pairLines = pairs.map(({ name, vector: second, cosine: value }) => {
    const text = number(value).padStart(precision + 3);
    return `${vector(PAIR)} and ${vector(second).padEnd(12)} ${paint.dim(name.padEnd(9))}  ${paint.value(text, value)}`;
  });
  const head = headOf(matrix);
  const window = windowOf(head, options);
  window.add({ firstRow: 0, ...matrix });
  const lines = [
    title("1  Cosine similarity of two vectors"),
    ...pairLines,
    "",
    title("2  Two batches: v2 is v1 with N(0, 2) noise"),
    paint.dim("v1"),
    ...grid(asMatrix(v1), false),
    paint.dim("v2"),
    ...grid(asMatrix(v2), false),
    batchLine(v2, v1, paint),
    "",
    title("3  Their similarities by two nested loops"),
    ...grid(loop, true),
    "",
    title("4  The same by normalised rows and one matrix product"),
    ...grid(matrix, true),
    ...wrapParts(agreementParts(agreement, paint), options),
    "",
    title("5  Losses with hard negatives"),
  ];
  return [...lines, ...lossTable([loss], head, null, window, options)];
}

const headOf = ({ rows, columns }: Matrix): MatrixHead => ({
  rows,
  columns,
  rowIds: null,
  columnIds: null,
  flat: false,
  members: {},
});

function demoJson({ pairs, v1, v2, loop, matrix, agreement, loss }: Demo, precision: number | null): string {
  const rowsOf = (values: Numbers, columns: number) =>
    Array.from({ length: values.length / columns }, (_, i) =>
      Array.from(values.subarray(i * columns, (i + 1) * columns)),
    );
  const object = {
    pairs: pairs.map(({ name, vector, cosine: value }) => ({ name, a: PAIR, b: vector, cosine: value })),
    v1: rowsOf(v1.values, v1.dimensions),
    v2: rowsOf(v2.values, v2.dimensions),
    batchSizesMatch: v1.rows === v2.rows,
    loop: rowsOf(loop.values, loop.columns),
    matrix: rowsOf(matrix.values, matrix.columns),
    agreement,
    loss: lossObject(loss, null),
  };
  return `${jsonText(object, numberFormat(precision, "null"))}\n`;
}

/** Returns every number of the demo as a record. */
function demoRecords({ pairs, loop, matrix, agreement, loss }: Demo): Records {
  function* rows(): Generator<Cell[]> {
    for (const { name, cosine: value } of pairs) yield ["pair", name, null, null, value];
    for (const [step, { values, columns }] of [
      ["loop", loop],
      ["matrix", matrix],
    ] as const) {
      for (const [cell, value] of values.entries()) {
        yield [step, "cosine", Math.floor(cell / columns), cell % columns, value];
      }
    }
    yield ["agreement", "max_difference", ...agreement.at, agreement.maxDifference];
    for (const [name, value] of Object.entries({ ...loss.components, loss: loss.loss })) {
      yield ["loss", name, null, null, value];
    }
  }
  const kinds = ["text", "text", "whole", "whole", "number"] as const;
  return { columns: ["step", "quantity", "row", "column", "value"], kinds, rows: rows() };
}

/** The pair of the notebook's first cell, and the alternatives that it suggests for the second vector. */
const PAIR: readonly number[] = [1, 2, 3];
const SECOND_VECTORS: readonly { readonly name: string; readonly vector: readonly number[] }[] = [
  { name: "near", vector: [1, 2, 3.5] },
  { name: "identical", vector: [1, 2, 3] },
  { name: "opposite", vector: [-1, -2, -3] },
  { name: "random", vector: [0, -42, 1] },
];

/** The notebook's batch of four vectors. */
const V1: readonly (readonly number[])[] = [
  [1, 2, 3],
  [9, 8, 7],
  [-1, -4, -2],
  [1, -7, 2],
];

/** V1 with N(0, 2) noise as drawn in the notebook: approximate duplicates. */
const V2: readonly (readonly number[])[] = [
  [-2.92852677, 1.60778267, 3.41559857],
  [6.15808817, 7.36827865, 5.78058324],
  [-3.76842578, -2.95374122, -1.0572413],
  [-0.81672465, -6.6080942, 3.82946569],
];
