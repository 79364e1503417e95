import type { VectorSet } from "../../core/vectors.js";

/** The places of the rows of a file, also of one that is read in parts: their lines, and the files that they are in. */
export class RowPlaces {
  /** The number of rows of the file, as far as it is known. */
  rows = 0;
  private readonly lines: Uint32Array[] = [];
  private readonly firstRows: number[] = [];
  private files: NonNullable<VectorSet["files"]>[number][] = [];

  /** Adds rows that follow those before; of a share of a file, also only some. */
  add({ rows, lines, files = [], firstRow = this.rows, fileRows = 0 }: VectorSet): this {
    if (lines) {
      this.lines.push(lines.slice());
      this.firstRows.push(firstRow);
    }
    // Each part of a set names all of its files.
    for (const file of files) if (file.firstRow > (this.files.at(-1)?.firstRow ?? -1)) this.files.push(file);
    this.rows = Math.max(fileRows, firstRow + rows);
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
