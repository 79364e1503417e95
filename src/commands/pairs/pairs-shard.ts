import { UsageError } from "../../core/errors.js";
import { rowsOfShard, rowsOfTriangle } from "../../core/shard.js";
import { namedArray } from "../../input/named-array.js";
import type { Joining } from "../../sharding/part-file.js";
import type { Context } from "../../shell/context.js";
import { EXIT } from "../../shell/report.js";
import { filesAmong, openShard, rowsInAMinute } from "../../shell/shards.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import { aboutRows } from "../shared/corpus-parts.js";
import { type PairsOptions, readCompared, titleOf } from "./compared.js";
import { PairSearch } from "./pair-search.js";

/**
 * Finds the pairs of the rows of a shard, some at a time, and writes a part. Within one file, a shard compares its rows with all later rows
 * of the file; of two files, with all rows of the second one.
 *
 * @throws {UsageError} for communities, which no shard can find.
 */
export async function runPairsShard(
  context: Context,
  path: string,
  secondPath: string | undefined,
  options: PairsOptions,
): Promise<number> {
  const { groups, labels, records, calibration, checkpoint } = options;
  if (groups === "communities") {
    throw new UsageError(
      "--shard: expected pairs, or groups that pairs connect, found --groups communities",
      "a community depends on the pairs of all rows: run it without --shard",
    );
  }
  const tables = records?.map((table) => namedArray(table).path) ?? [];
  const files = [path, secondPath, ...filesAmong(labels, ...tables), calibration];
  const shard = await openShard(context, { command: "pairs", options, files });
  if (!shard) return EXIT.done;
  const share = (rows: number) => (secondPath === undefined ? rowsOfTriangle : rowsOfShard)(shard.shard, rows);
  const compared = await readCompared(context, path, secondPath, options, share);
  const { rows, dimensions, fileRows = rows } = compared.set;
  const search = new PairSearch(context, [path, secondPath], options, compared, share);
  const held = await search.held();
  const perRow = held ? search.columns(held) : aboutRows(secondPath ?? path, dimensions);
  // Rows that are not held are read again for each block.
  const atOnce = checkpoint ?? (held ? 1 : 10) * rowsInAMinute(perRow, dimensions);
  const title = titleOf(secondPath === undefined ? [path] : [path, secondPath], options);
  const { columns, dataColumns } = await search.records(0, 0, []);
  await shard.compute(
    context,
    { title, rows: fileRows, columns, ...(dataColumns !== undefined && { dataColumns }), joining: joiningOf(options) },
    { rows, atOnce },
    async (first, end) => ({ records: await search.records(first, end, held ?? search.others()) }),
  );
  return EXIT.done;
}

/** Returns how pairs, or groups, of all shards become those of one run. */
function joiningOf({ groups, metric, maxPairs, minSize = 2 }: PairsOptions): Joining {
  if (groups) return { kind: "groups", minSize };
  const nearest = METRICS[metric].nearer === "greater" ? "descending" : "ascending";
  return {
    kind: "ordered",
    keys: [nearest, "ascending", "ascending"],
    lists: "blocks",
    most: maxPairs ?? null,
    rank: null,
  };
}
