import { addNoise } from "../../noise.js";
import type { MatrixHead } from "../../output/format.js";
import { windowOf } from "../../output/table/grid.js";
import { vectorsTable } from "../../output/table/matrix-table.js";
import { doublesOf } from "../../vectors.js";
import { type Context, readOptionsOf } from "../context.js";
import type { CommonOptions, InputOptions } from "../options.js";
import { EXIT } from "../report.js";
import { matrixFormatter, writeLines, writeRows } from "../writers.js";
import { shownIds } from "./shown-ids.js";

export interface NoiseOptions extends CommonOptions, InputOptions {
  readonly sd: number;
  readonly seed?: number;
}

/** `simcli noise <a>` */
export async function runNoise(context: Context, path: string, options: NoiseOptions): Promise<number> {
  await context.prepare();
  const set = await context.readVectors(path, readOptionsOf(options));
  const { sd, seed = Math.floor(Math.random() * 2 ** 32), precision = null } = options;
  if (options.seed === undefined) context.note(`drawn with --seed ${seed}`);
  const noisy = addNoise(set, sd, seed);
  const { rows, dimensions, ids, columnNames, name } = noisy;
  const values = doublesOf(noisy.values);

  const shown = shownIds(context);
  const head: MatrixHead = {
    rows,
    columns: dimensions,
    rowIds: shown(ids),
    columnIds: shown(columnNames),
    flat: false,
    members: { sd, seed, shape: [rows, dimensions], ids, columns: columnNames },
  };
  if (context.format === "table") {
    const table = await context.tableOptions([head.rowIds, head.columnIds]);
    const window = windowOf(head, table);
    window.add({ firstRow: 0, rows, columns: dimensions, values });
    await writeLines(context, vectorsTable(head, `${name} plus N(0, ${sd})`, window, table));
  } else {
    const formatter = await matrixFormatter(context.format, head, precision, options.header === "yes");
    await context.write(formatter.begin());
    await writeRows(context, formatter, values, dimensions);
    await context.write(formatter.end({}));
  }
  await context.commit();
  return EXIT.done;
}
