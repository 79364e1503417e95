import type { Block, CellsWanted, Summary, Tile } from "../../core/matrix.js";
import type { Agreement } from "../../core/results.js";
import { loadWriter } from "../../formats/writers.js";
import type { Chunk, MatrixHead } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import { expectRoomForTable } from "../../shell/memory.js";
import { shownIds, writeTile } from "../../shell/writers.js";
import type { MetricTiles } from "../../similarity/compute.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import type { MetricName } from "../../similarity/options.js";
import { StatisticsGatherer } from "../../similarity/statistics.js";
import { type TableOptions, windowOf } from "../../tables/grid.js";
import { metricTable, type Side } from "./matrix-table.js";

/** What is known of a matrix besides its cells and the names of its rows. */
export interface MatrixFacts extends Pick<MetricTiles, "mode" | "backend"> {
  readonly metric: MetricName;
  /** Whether row i of one set is compared with row i of the other only. */
  readonly paired: boolean;
  readonly rows: Side;
  readonly columns: Side;
  /** Whether CSV has the names of rows and columns. */
  readonly header: boolean;
}

type Names = readonly string[] | null;

/** Returns what a formatter needs before the first tile. */
export function matrixHead(context: Context, facts: MatrixFacts, rowNames: Names, columnNames: Names): MatrixHead {
  const { mode, backend, paired, rows, columns } = facts;
  const metric = METRICS[facts.metric];
  const shown = shownIds(context);
  return {
    rows: rows.rows,
    columns: paired ? 1 : columns.rows,
    rowIds: shown(rowNames),
    columnIds: paired ? [metric.name] : shown(columnNames),
    flat: paired,
    members: {
      metric: metric.name,
      mode,
      backend,
      shape: paired ? [rows.rows] : [rows.rows, columns.rows],
      rows: rowNames,
      columns: columnNames,
    },
    picture: {
      title: paired ? `${metric.title} of pairs` : metric.title,
      range: metric.range,
      sides: [rows.name, paired ? metric.name : columns.name],
    },
  };
}

/** Takes a matrix and gives the output. */
export interface View {
  begin(): Chunk;
  tile(tile: Tile): Promise<void>;
  /** Takes summaries of any part of the matrix; missing if the view needs more cells. */
  summary?: { readonly wanted: CellsWanted; add(summary: Summary): void } | undefined;
  /** Takes any part of the matrix; missing if the view needs complete rows in order. */
  block?(block: Block): void;
  end(agreement: Agreement | null): readonly Chunk[];
}

/** Returns the view in the format of the run. @param remarks returns what a table says about an agreement. */
export async function viewOf(
  context: Context,
  facts: MatrixFacts,
  head: MatrixHead,
  remarks: (agreement: Agreement) => readonly string[] = () => [],
): Promise<View> {
  const { format } = context;
  if (format === "table") {
    const table = await context.tableOptions([head.rowIds, head.columnIds]);
    return tableView(facts, head, table, remarks);
  }
  const formatter = (await loadWriter(format)).matrix(head, {
    precision: context.options.precision ?? null,
    header: facts.header,
    note: (text) => context.note(text),
  });
  return {
    begin: () => formatter.begin(),
    tile: (tile) => writeTile(context, formatter, tile),
    ...(formatter.block && { block: (block: Block) => formatter.block?.(block) }),
    end: (agreement) => [formatter.end({ agreement })],
  };
}

function tableView(
  { metric, rows, columns }: MatrixFacts,
  head: MatrixHead,
  options: TableOptions,
  remarks: (agreement: Agreement) => readonly string[],
): View {
  if (options.full) {
    expectRoomForTable(head.rows, head.columns, "leave --full out, or stream the cells: -f csv -o result.csv");
  }
  const window = windowOf(head, options);
  const isSquare = !head.flat && head.rows === head.columns;
  const statistics = new StatisticsGatherer(isSquare);
  const add = (block: Block) => {
    window.add(block);
    statistics.add(block);
  };
  const addSummary = (summary: Summary) => {
    for (const corner of summary.corners) window.add({ ...corner, mirrored: summary.mirrored });
    statistics.addSummary(summary);
  };
  return {
    begin: () => "",
    tile: async (tile) => add(tile),
    block: add,
    summary: window.wanted ? { wanted: { ...window.wanted, diagonal: isSquare }, add: addSummary } : undefined,
    end(agreement) {
      const sides = [rows, columns] as const;
      const lines = metricTable(METRICS[metric], head, sides, window, statistics.result(), agreement, options);
      return [...lines, ...(agreement ? remarks(agreement) : [])].map((line) => `${line}\n`);
    },
  };
}
