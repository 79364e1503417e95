import type { VectorSet } from "../../core/vectors.js";
import type { Pairs } from "../../neighbours/near-pairs.js";
import { type Cell, type ColumnKind, kindOfRows, type Records } from "../../output/format.js";

/** The names of rows: ids where there are any, and labels if they were asked for. */
export interface RowNames {
  readonly kind: ColumnKind;
  idOf(row: number): Cell;
  /** Null without labels. */
  readonly labelOf: ((row: number) => Cell) | null;
}

/** Returns the names of the rows of a set, by their numbers in its file. */
export const namesOfSet = ({ ids, labels, firstRow = 0 }: VectorSet): RowNames => ({
  kind: kindOfRows(ids),
  idOf: (row) => ids?.[row - firstRow] ?? row,
  labelOf: labels && ((row) => labels[row - firstRow]),
});

/** Returns one record per pair: `a,b,score`, and with labels `a_label,b_label`. */
export function pairRecords({ count, first, second, scores }: Pairs, a: RowNames, b: RowNames): Records {
  const labels = [a.labelOf, b.labelOf].filter((labelOf) => labelOf !== null);
  const names = ["a_label", "b_label"].slice(0, labels.length);
  function* rows(): Generator<Cell[]> {
    for (let i = 0; i < count; i++) {
      const places = [first[i], second[i]];
      yield [a.idOf(first[i]), b.idOf(second[i]), scores[i], ...labels.map((labelOf, side) => labelOf(places[side]))];
    }
  }
  return {
    columns: ["a", "b", "score", ...names],
    kinds: [a.kind, b.kind, "number", ...names.map(() => "text" as const)],
    rows: rows(),
  };
}

/** Returns one record per row of a group: `group,size,id`, and with labels `label`; groups count from 1. */
export function groupRecords(groups: readonly (readonly number[])[], { kind, idOf, labelOf }: RowNames): Records {
  function* rows(): Generator<Cell[]> {
    for (const [i, group] of groups.entries()) {
      for (const row of group) {
        const record = [i + 1, group.length, idOf(row)];
        yield labelOf ? [...record, labelOf(row)] : record;
      }
    }
  }
  const kinds = ["whole", "whole", kind] as const;
  if (!labelOf) return { columns: ["group", "size", "id"], kinds, rows: rows() };
  return { columns: ["group", "size", "id", "label"], kinds: [...kinds, "text"], rows: rows() };
}
