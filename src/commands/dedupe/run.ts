import { UsageError } from "../../core/errors.js";
import { shellWord } from "../../core/shell-word.js";
import { copyRows, sharedArray, sharedNumbers, someRows, type VectorSet } from "../../core/vectors.js";
import { holdsRecords, recordFormat } from "../../formats/writers.js";
import { byCentrality, componentKeepers, greedyKeepers, type Keepers, type Link } from "../../neighbours/keepers.js";
import { type Cell, kindOfRows, type Records } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, prefetchBlas, readInput, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions } from "../../shell/options.js";
import { counted, EXIT } from "../../shell/report.js";
import { openRecordFile, writeRecordList } from "../../shell/writers.js";
import { unitRowBytes } from "../../similarity/compute.js";
import type { ComputeOptions } from "../../similarity/options.js";
import { searchableTiles } from "../../similarity/searchable.js";
import { Carrier, expectCarry, sideOf, withCarried } from "../shared/carried.js";
import type { CarriedColumns } from "../shared/carried-cells.js";
import { corpusParts } from "../shared/corpus-parts.js";
import { expectReachable } from "../shared/min-score.js";
import { expectWholeVectors, wordsView, writeVectors } from "../shared/write-vectors.js";
import { areEqual, nearAnother, type Other } from "./against.js";
import { type KeepRule, keepOrder } from "./keep-rule.js";

export interface DedupeOptions extends CommonOptions, InputOptions, MetricOptions {
  readonly minScore: number;
  readonly against?: string;
  readonly keep: KeepRule;
  readonly link: Link;
  readonly removed?: string;
  readonly carry?: readonly string[];
  readonly records?: readonly string[];
}

/** A row that is not written. */
interface Removed extends Other {
  readonly row: number;
  /** The file of the row that is kept. */
  readonly keptIn: string;
}

/** Runs `simcli dedupe <a>`; `asWords` writes word vectors. */
export async function runDedupe(
  context: Context,
  path: string,
  options: DedupeOptions,
  asWords: boolean,
): Promise<number> {
  const { metric, mode, backend, zeroVectors, dtype, minScore, against, keep, carry, records } = options;
  expectWholeVectors(context);
  expectReachable(metric, minScore);
  expectOneStdin([path, against]);
  expectDestinations(options);
  const names = [...new Set([...(keep.column === undefined ? [] : [keep.column]), ...(carry ?? [])])];
  const needed = { ...(names.length > 0 && { carry: names }), ...(records && { records }) };
  if (records && names.length === 0) {
    throw new UsageError("--records: expected --carry, or --keep best:COLUMN or longest with it, found none");
  }
  if (carry) {
    recordFormat(context.format);
    if (asWords) throw new UsageError("--carry: expected a format with columns, found word vectors", "-o FILE.csv");
  }
  expectCarry(needed, [path]);
  await context.prepare();
  const list = options.removed === undefined ? null : await openRecordFile(context, "--removed", options.removed);
  const carrier = await Carrier.open(context, needed, readOptionsOf(options), [path]);
  const written = carry?.map((name) => carrier.nameOf(name));
  const canCarry = !written && !asWords && holdsRecords(context.format);
  const read = { ...carrier.readOptions, dtype: storedPrecision(dtype), canCarry };
  prefetchBlas(context, options, path);
  const set = await readInput(context, path, read);
  await carrier.expectColumns([path]);
  // Unit rows, and the rows that are written.
  context.memory.take(unitRowBytes(metric, set) + set.rows * set.dimensions * Float64Array.BYTES_PER_ELEMENT);
  const computing = { mode, backend, zeroVectors, ...context.engineOptions };
  const others =
    against === undefined
      ? new Map<number, Other>()
      : await nearAnother(
          context,
          set,
          corpusParts(context, against, {
            read: { ...read, canCarry: false },
            labels: { list: null },
            labelsText: undefined,
          }),
          metric,
          minScore,
          computing,
        );
  const order = (await keepOrder(keep, carrier, path, set)).filter((row) => !others.has(row));
  const within = await removedWithin(context, path, set, order, options, computing);
  const ofOther = [...others].map(([row, other]) => ({ row, ...other, keptIn: against ?? "" }));
  const removed = [...ofOther, ...within].sort((one, other) => one.row - other.row);
  const isRemoved = new Set(removed.map(({ row }) => row));
  const kept = Uint32Array.from({ length: set.rows }, (_, row) => row).filter((row) => !isRemoved.has(row));
  const values = copyRows(set.values, set.dimensions, kept, sharedArray(kept.length * set.dimensions));
  const survivors = someRows(set, kept, values);
  const title = `${set.name} without near duplicates`;
  if (written) {
    const columns = await carrier.columnsOf(0, sideOf(path, set), kept, written);
    await writeRecordList(context, withColumns(survivors, written, columns, kept), title);
  } else await writeVectors(context, survivors, { title, members: {}, header: true, ...wordsView(options, asWords) });
  await list?.write(removedRecords(removed, set, against !== undefined));
  context.note(summary(set.rows, removed, others.size, against));
  if (options.packedBits !== undefined) {
    context.note(
      `bits are written as components 1 and −1: simcli convert ${shellWord(options.output ?? "FILE")} --quantize binary packs them again`,
    );
  }
  await context.commit();
  return EXIT.done;
}

/** Removes near duplicates among the rows of one set. @param order the rows that are left, in the order in which they are kept. */
async function removedWithin(
  context: Context,
  path: string,
  set: VectorSet,
  order: Uint32Array,
  { metric, minScore, keep, link }: DedupeOptions,
  computing: ComputeOptions,
): Promise<Removed[]> {
  if (order.length === 0) return [];
  const tilesOf = async (rows: Uint32Array) => {
    const isWhole = rows.length === set.rows && rows.every((row, i) => row === i);
    const ordered = isWhole
      ? set
      : someRows(
          set,
          rows,
          copyRows(set.values, set.dimensions, rows, sharedNumbers(rows.length * set.dimensions, set.values)),
        );
    const tiles = await searchableTiles(metric, ordered, ordered, { ...computing, upper: true });
    return context.computing(tiles);
  };
  let scores = await tilesOf(order);
  let rows = order;
  if (keep.by === "medoid" && link === "greedy") {
    const central = await byCentrality(scores, minScore);
    rows = central.map((at) => order[at]);
    scores = await tilesOf(rows);
  }
  const found: Keepers =
    link === "greedy"
      ? await greedyKeepers(scores, minScore)
      : await componentKeepers(scores, minScore, keep.by === "medoid" ? "medoid" : "first");
  context.detailProduct(scores);
  return Array.from(rows).flatMap((row, at) => {
    const keeper = rows[found.keeperOf[at]];
    if (keeper === row) return [];
    const id = set.ids?.[keeper] ?? keeper;
    return [{ row, id, score: found.scores[at], isExact: areEqual(set, row, set, keeper), keptIn: path }];
  });
}

/** Returns one record per row: its id if it has one, its components, and its carried columns. */
function withColumns(
  { rows, dimensions: d, ids, columnNames, values }: VectorSet,
  carry: readonly string[],
  columns: CarriedColumns,
  rowsInFile: Uint32Array,
): Records {
  function* records(): Generator<Cell[]> {
    for (let row = 0; row < rows; row++) {
      yield [...(ids ? [ids[row]] : []), ...values.subarray(row * d, (row + 1) * d)];
    }
  }
  const components = columnNames ?? Array.from({ length: d }, (_, i) => `x${i}`);
  const plain: Records = {
    columns: [...(ids ? ["id"] : []), ...components],
    kinds: [...(ids ? (["text"] as const) : []), ...components.map(() => "number" as const)],
    rows: records(),
  };
  const sides = [{ columns, prefix: "" }];
  const places = Array.from(rowsInFile, (row) => [row]);
  // Names and numbers are those of the file.
  return { ...withCarried(plain, carry, sides, places), dataColumns: d + columns.names.length };
}

/** Returns one record per removed row: `id,kept_by,score,duplicate`, and with a second file `kept_in`. */
function removedRecords(removed: readonly Removed[], { ids }: VectorSet, hasOther: boolean): Records {
  function* rows(): Generator<Cell[]> {
    for (const { row, id, score, isExact, keptIn } of removed) {
      yield [ids?.[row] ?? row, id, score, isExact ? "exact" : "near", ...(hasOther ? [keptIn] : [])];
    }
  }
  const kindOfKeepers = removed.some(({ id }) => typeof id === "string") ? "text" : "whole";
  return {
    columns: ["id", "kept_by", "score", "duplicate", ...(hasOther ? ["kept_in"] : [])],
    kinds: [kindOfRows(ids), kindOfKeepers, "number", "text", ...(hasOther ? (["text"] as const) : [])],
    rows: rows(),
  };
}

function summary(rows: number, removed: readonly Removed[], ofOther: number, against: string | undefined): string {
  const exact = removed.filter(({ isExact }) => isExact).length;
  const counts = `${exact} exact and ${counted(removed.length - exact, "near duplicate")}`;
  const where = against === undefined ? "" : `, ${ofOther} of them of rows of ${against}`;
  return `kept ${rows - removed.length} of ${counted(rows, "row")}, removed ${counts}${where}`;
}

/** @throws {UsageError} for two results in one place. */
function expectDestinations({ output = "-", removed }: DedupeOptions): void {
  if (removed !== output) return;
  throw new UsageError(
    `--removed: expected another file than --output, found ${removed}`,
    "-o FILE names the file of the rows that are kept",
  );
}
