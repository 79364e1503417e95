import { UsageError } from "../../core/errors.js";
import type { Tile } from "../../core/matrix.js";
import { rowsOfShard } from "../../core/shard.js";
import type { VectorSet } from "../../core/vectors.js";
import type { RecordCell } from "../../output/format.js";
import { doublesOfText, textOfDoubles } from "../../sharding/doubles.js";
import { mergedRecords, summariesOf } from "../../sharding/merged-parts.js";
import type { Context } from "../../shell/context.js";
import { EXIT } from "../../shell/report.js";
import { filesAmong, openShard } from "../../shell/shards.js";
import { writeAll } from "../../shell/writers.js";
import { expectSameSize } from "../../similarity/compute.js";
import { isExtreme } from "../../similarity/extremes.js";
import type { MetricName } from "../../similarity/options.js";
import type { Join } from "../merge/run.js";
import { namesOf } from "../shared/labels.js";
import { OwnTiles, shareOfTiles } from "../shared/own-tiles.js";
import { type MatrixFacts, matrixHead, viewOf } from "./matrix-view.js";
import { readSets, type SimilarityCommandOptions } from "./run.js";

type Names = readonly string[] | null;

/** The names of some rows, and of pairs those of both sides. */
interface RowNames {
  readonly rows: Names;
  readonly others?: Names;
}

/** What the parts of a matrix have in common. */
interface PartFacts extends MatrixFacts {
  readonly columnNames: Names;
  readonly kernels: string | null;
  /** Cells of sets with such components are computed again by the formula. */
  readonly "very large or small components": boolean;
}

/** Computes the rows of a shard of a matrix, and writes a part: a record for each row, which holds its cells. */
export async function runMatrixShard(
  context: Context,
  metric: MetricName,
  a: string,
  b: string | undefined,
  options: SimilarityCommandOptions,
): Promise<number> {
  const { labels, calibration, paired = false, transpose = false, mode, backend, zeroVectors, header } = options;
  if (options.check) {
    throw new UsageError(
      "--check: expected no --shard with it, found both",
      `check a sample: simcli ${metric} sample.npy --check`,
    );
  }
  if (options.quantize === "int8" && calibration === undefined && (paired || transpose)) {
    const flag = paired ? "--paired" : "--transpose";
    throw new UsageError(
      `--quantize int8: expected --calibration with --shard and ${flag}, found none`,
      "a shard does not read all rows whose ranges are used",
    );
  }
  const files = [a, b, ...filesAmong(labels), calibration];
  const shard = await openShard(context, { command: metric, options, files });
  if (!shard) return EXIT.done;
  const [set, columns] = await readSets(context, metric, [a, b], options, async (read) => {
    if (paired) {
      const share = (rows: number) => rowsOfShard(shard.shard, rows);
      const first = await read(a, share);
      return [first, b === undefined ? first : await read(b, share)];
    }
    const others = await read(transpose ? a : (b ?? a));
    const own = await read(transpose ? (b ?? a) : a, shareOfTiles(shard.shard, others));
    return transpose ? [others, own] : [own, others];
  });
  if (paired) expectSameSize(wholeOf(set), wholeOf(columns));
  const engine = { mode, backend, zeroVectors, paired, inPlace: true, ...context.engineOptions };
  const own = await OwnTiles.of(metric, set, columns, (rows) => rowsOfShard(shard.shard, rows), engine);
  const { fileRows = set.rows } = set;
  const facts: PartFacts = {
    metric,
    mode,
    backend: own.backend,
    kernels: own.kernels,
    "very large or small components": isExtreme(set) || isExtreme(columns),
    paired,
    rows: { name: set.name, rows: fileRows, dimensions: set.dimensions },
    columns: { name: columns.name, rows: columns.fileRows ?? columns.rows, dimensions: columns.dimensions },
    columnNames: paired ? null : namesOf(columns),
    header: header === "yes",
  };
  const title = `a matrix of ${fileRows}×${facts.columns.rows} cells`;
  const result = { title, rows: fileRows, columns: ["cells"], facts: { ...facts } };
  await shard.make(context, result, own.end - own.first, async (begun, write) => {
    for await (const tile of own.tiles(context, begun)) {
      const end = tile.firstRow + tile.rows;
      const namesIn = (of: VectorSet) => {
        const { firstRow = 0 } = of;
        return namesOf(of)?.slice(tile.firstRow - firstRow, end - firstRow) ?? null;
      };
      const names: RowNames = { rows: namesIn(set), ...(paired && { others: namesIn(columns) }) };
      await write({ columns: ["cells"], kinds: ["text"], rows: rowsOf(tile) }, end - own.first, names);
    }
  });
  return EXIT.done;
}

/** Returns a set with the number of rows of its file, for messages. */
const wholeOf = (set: VectorSet): VectorSet => ({ ...set, rows: set.fileRows ?? set.rows });

function* rowsOf({ rows, columns, values }: Tile): Generator<RecordCell[]> {
  for (let row = 0; row < rows; row++) yield [textOfDoubles(values.subarray(row * columns, (row + 1) * columns))];
}

/** Writes the matrix of all parts, a few rows at a time. */
export const joinMatrix: Join = async (context, job) => {
  const { rows: records } = mergedRecords(job);
  const facts = job.result.facts as unknown as PartFacts;
  const names = summariesOf<RowNames>(job);
  const columnNames = facts.paired ? joined(names.map(({ others = null }) => others)) : facts.columnNames;
  const head = matrixHead(context, facts, joined(names.map(({ rows }) => rows)), columnNames);
  const view = await viewOf(context, facts, head);
  await context.write(view.begin());
  const { columns } = head;
  const buffer = new Float64Array(Math.max(1, Math.min(head.rows, Math.floor(TILE_CELLS / columns))) * columns);
  let [firstRow, filled] = [0, 0];
  const flush = async () => {
    const rows = filled / columns;
    if (rows > 0) await view.tile({ firstRow, rows, columns, values: buffer.subarray(0, filled) });
    firstRow += rows;
    filled = 0;
  };
  for (const [cells] of records) {
    buffer.set(doublesOfText(cells as string), filled);
    filled += columns;
    if (filled === buffer.length) await flush();
  }
  await flush();
  await writeAll(context, view.end(null));
};

const TILE_CELLS = 1 << 20;

/** Returns the names of all rows; null if they have none. */
function joined(lists: readonly Names[]): Names {
  return lists.every((list) => list !== null) ? lists.flat() : null;
}
