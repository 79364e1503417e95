import { UsageError } from "../../core/errors.js";
import { rowsOfShard, type Shard } from "../../core/shard.js";
import type { VectorSet } from "../../core/vectors.js";
import { recordFormat } from "../../formats/writers.js";
import type { AnchorValues } from "../../loss/kind.js";
import { AnchorFinder, lossesOfAnchors, type NamedLoss } from "../../loss/similarity-loss.js";
import type { MatrixHead, RecordCell, Records } from "../../output/format.js";
import { mergedRecords } from "../../sharding/merged-parts.js";
import type { Context } from "../../shell/context.js";
import { prefetchBlas, readOptionsOf } from "../../shell/inputs.js";
import { EXIT } from "../../shell/report.js";
import { filesAmong, openShard, rowsInAMinute } from "../../shell/shards.js";
import { writeLines } from "../../shell/writers.js";
import { isExtreme } from "../../similarity/extremes.js";
import type { Join } from "../merge/run.js";
import { expectLabelForEach, labelsFrom, readLabelled } from "../shared/labels.js";
import { OwnTiles, shareOfTiles } from "../shared/own-tiles.js";
import { expectAllRows } from "../shared/pairs-by-row.js";
import type { Side } from "../similarity/matrix-table.js";
import { isSameFile, lossOptionsOf } from "./kind-options.js";
import { expectPairedRows, expectSameLabels, noteOwnPositives } from "./loss-batch.js";
import { GRADIENT_FLAGS, gradientsAsked } from "./loss-gradient.js";
import { lossTable } from "./loss-table.js";
import { expectLossOptions, expectText, type LossCommandOptions, writeLosses } from "./run.js";

/** What the parts of a batch have in common. */
interface LossFacts {
  readonly loss: NamedLoss;
  readonly total: boolean;
  readonly rows: Side;
  readonly columns: Side;
  readonly hasIds: boolean;
  readonly columnIds: readonly string[] | null;
  /** The names of what is found for each anchor, for each of the settings or for all; whole numbers or doubles. */
  readonly found: readonly (readonly (readonly [name: string, isWhole: boolean])[])[];
  readonly backend: string | null;
  readonly kernels: string | null;
  readonly "very large or small components": boolean;
}

/** Finds what the losses of the anchors of a shard follow from, and writes a part: a record for each anchor. */
export async function runLossShard(
  context: Context,
  first: string,
  second: string | undefined,
  options: LossCommandOptions,
): Promise<number> {
  expectLossOptions(options);
  expectOwnAnchors(options);
  if (second === undefined && options.labels === undefined) throw aMatrix(first);
  const { labels, mode, backend, zeroVectors, total = false, checkpoint } = options;
  const files = [first, second, ...filesAmong(labels)];
  const shard = await openShard(context, { command: "loss", options, files });
  if (!shard) return EXIT.done;
  const { set, columns, labels: classes, isSelf } = await readAnchors(context, first, second, options, shard.shard);
  const lossOptions = lossOptionsOf(options, { labels: classes, scores: null, isSelf });
  const engine = { mode, backend, zeroVectors, inPlace: true, ...context.engineOptions };
  const own = await OwnTiles.of("cosine", set, columns, (rows) => rowsOfShard(shard.shard, rows), engine);
  const { rows: size } = columns;
  const none = new AnchorFinder(size, lossOptions);
  const names = none.found(0, 0).map(namesOf);
  const facts: LossFacts = {
    loss: none.loss,
    total,
    rows: { name: set.name, rows: size, dimensions: set.dimensions },
    columns: { name: columns.name, rows: size, dimensions: columns.dimensions },
    hasIds: set.ids !== null,
    columnIds: columns.ids,
    found: names,
    backend: own.backend,
    kernels: own.kernels,
    "very large or small components": isExtreme(set) || isExtreme(columns),
  };
  const recordColumns = ["anchor", ...names.flatMap((list, k) => list.map(([name]) => `${name} ${k}`))];
  const title = `${lossOptions.kind} losses of ${size} anchors`;
  const atOnce = checkpoint ?? rowsInAMinute(size, columns.dimensions);
  const result = { title, rows: size, columns: recordColumns, facts: { ...facts } };
  await shard.make(context, result, own.end - own.first, async (begun, write) => {
    let finder: AnchorFinder | null = null;
    let done = own.first + begun;
    for await (const tile of own.tiles(context, begun)) {
      finder ??= new AnchorFinder(size, lossOptions);
      finder.add(tile);
      const end = tile.firstRow + tile.rows;
      if (end - done < atOnce && end < own.end) continue;
      await write(recordsOf(recordColumns, finder.found(done, end), set, done), end - own.first);
      [finder, done] = [null, end];
    }
  });
  return EXIT.done;
}

/** @throws {UsageError} for losses that do not follow from the rows of single anchors. */
function expectOwnAnchors(options: LossCommandOptions): void {
  const { kind, anchors } = options;
  const [gradient] = gradientsAsked(options).map((name) => GRADIENT_FLAGS[name]);
  if (gradient) {
    throw new UsageError(
      `${gradient}: expected no --shard with it, found both`,
      "a gradient depends on the losses of all anchors",
    );
  }
  if (kind === "cosent") {
    throw new UsageError(
      "--kind cosent: expected no --shard with it, found both",
      "the loss compares all pairs with each other, in n·log n steps: one run is enough",
    );
  }
  if (anchors !== "rows") {
    throw new UsageError(
      `--anchors ${anchors}: expected rows with --shard, found ${anchors}`,
      "a column has cells of all shards; its anchors are the rows of the other order: simcli loss b a",
    );
  }
}

const aMatrix = (name: string): UsageError =>
  new UsageError(
    `--shard: expected two files of vectors, or one with --labels, found the matrix ${name}`,
    "the losses of a matrix that is there take one pass: leave --shard out",
  );

/** Reads the rows of a shard, and all rows with which they are compared. */
async function readAnchors(
  context: Context,
  first: string,
  second: string | undefined,
  options: LossCommandOptions,
  shard: Shard,
) {
  const { dtype } = options;
  const labels = await labelsFrom(context, options.labels);
  const isSelf = second === undefined || isSameFile(first, second);
  if (!isSelf) expectAllRows(context, options);
  prefetchBlas(context, options, first, second);
  const common = readOptionsOf({ ...options, metric: "cosine" });
  const read = second === undefined ? common : { ...common, dtype };
  const columns = await readLabelled(context, second ?? first, read, labels);
  if (second === undefined && options.dimensions === undefined && columns.rows === columns.dimensions) {
    throw aMatrix(first);
  }
  const set = await readLabelled(context, first, { ...read, share: shareOfTiles(shard, columns) }, labels);
  expectPairedRows({ ...set, rows: set.fileRows ?? set.rows }, columns);
  expectLabelForEach(labels, options.labels, columns.rows, first);
  if (labels.column !== undefined) expectSameLabels(set, columns);
  if (second === undefined) noteOwnPositives(context, set.name, options.kind);
  return { set, columns, labels: labels.list ?? columns.labels, isSelf };
}

const namesOf = (values: AnchorValues) =>
  Object.entries(values).map(([name, array]) => [name, array instanceof Int32Array] as const);

/** Returns a record for each anchor from row `first` of the file on. */
function recordsOf(
  columns: readonly string[],
  found: readonly AnchorValues[],
  { ids, firstRow = 0 }: VectorSet,
  first: number,
): Records {
  const arrays = found.flatMap((values) => Object.values(values));
  function* rows(): Generator<RecordCell[]> {
    for (let i = 0; i < arrays[0].length; i++) {
      yield [ids?.[first - firstRow + i] ?? null, ...arrays.map((array) => array[i])];
    }
  }
  return { columns, kinds: ["text", ...arrays.map(() => "number" as const)], rows: rows() };
}

/** Reduces and writes the losses of all anchors. */
export const joinLosses: Join = async (context, job) => {
  const { loss, total, ...facts } = job.result.facts as unknown as LossFacts;
  const format = recordFormat(context.format);
  if (total) expectText(format);
  const { rows: records } = mergedRecords(job);
  const size = job.result.rows;
  const ids: string[] = [];
  const found = facts.found.map((names) =>
    names.map(([name, isWhole]) => [name, isWhole ? new Int32Array(size) : new Float64Array(size)] as const),
  );
  const arrays = found.flatMap((values) => values.map(([, array]) => array));
  let anchor = 0;
  for (const [id, ...cells] of records) {
    if (facts.hasIds) ids.push(String(id));
    for (const [k, cell] of cells.entries()) arrays[k][anchor] = cell as number;
    anchor++;
  }
  const losses = lossesOfAnchors(
    found.map((values) => Object.fromEntries(values)),
    loss,
  );
  const rowIds = facts.hasIds ? ids : null;
  if (format !== "table" || total) return writeLosses(context, losses, rowIds, total);
  const { rows, columns, columnIds } = facts;
  const head: MatrixHead = { rows: size, columns: size, rowIds, columnIds, flat: false, members: {} };
  const tableOptions = await context.tableOptions([rowIds, columnIds]);
  await writeLines(context, lossTable(losses, head, [rows, columns], null, tableOptions));
};
