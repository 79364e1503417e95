import type { VectorSet } from "../../core/vectors.js";

/** The places of the rows of a file, also of one that is read in parts: their lines, and the files that they are in. */
export class RowPlaces {
  rows = 0;
  private readonly lines: Uint32Array[] = [];
  private readonly firstRows: number[] = [];
  private files: NonNullable<VectorSet["files"]>[number][] = [];

  /** Adds the next rows. */
  add({ rows, lines, files = [] }: VectorSet): this {
    if (lines) {
      this.lines.push(lines.slice());
      this.firstRows.push(this.rows);
    }
    for (const file of files) if (file.name !== this.files.at(-1)?.name) this.files.push(file);
    this.rows += rows;
    return this;
  }

  /** Returns the line of a row; 0 if it has none. */
  lineOf(row: number): number {
    const part = this.firstRows.findLastIndex((first) => first <= row);
    return this.lines[part]?.[row - this.firstRows[part]] ?? 0;
  }

  /** Returns the files, with their first rows and the rows after them. */
  filesOf(path: string): { readonly name: string; readonly firstRow: number; readonly end: number }[] {
    const files = this.files.length > 0 ? this.files : [{ name: path, firstRow: 0 }];
    return files.map((file, i) => ({ ...file, end: files[i + 1]?.firstRow ?? this.rows }));
  }
}
