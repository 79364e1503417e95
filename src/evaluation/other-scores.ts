/** The scores of a row of a matrix except those of some columns and NaN. */
export class OtherScores {
  private readonly room: Float64Array;
  /** The columns that are left out, in ascending order. */
  private omitted: readonly number[] = [];
  private count = 0;
  /** The largest absolute value of the scores. */
  largest = 0;

  /** @param columns the number of columns of the matrix. */
  constructor(columns: number) {
    this.room = new Float64Array(columns);
  }

  /** The scores, in the order of their columns; valid until the next row is loaded. */
  get scores(): Float64Array {
    return this.room.subarray(0, this.count);
  }

  /** @param omitted columns to leave out, in ascending order, each once. */
  load(cells: Float64Array, omitted: readonly number[]): void {
    this.omitted = omitted;
    this.copy(cells);
    const { room, count } = this;
    let [sum, least, most] = [0, 0, 0];
    for (let k = 0; k < count; k++) {
      const score = room[k];
      sum += score;
      if (score < least) least = score;
      if (score > most) most = score;
    }
    this.largest = Math.max(-least, most);
    if (!Number.isNaN(sum)) return;
    const rest = new Set(omitted);
    for (let j = 0; j < cells.length; j++) if (Number.isNaN(cells[j])) rest.add(j);
    this.omitted = [...rest].sort((one, other) => one - other);
    this.copy(cells);
  }

  /** Returns the column of the k-th score. */
  columnOf(k: number): number {
    let column = k;
    for (const omitted of this.omitted) {
      if (omitted > column) break;
      column++;
    }
    return column;
  }

  /** Copies the cells between the columns that are left out. */
  private copy(cells: Float64Array): void {
    let [from, count] = [0, 0];
    for (const column of [...this.omitted, cells.length]) {
      this.room.set(cells.subarray(from, column), count);
      count += column - from;
      from = column + 1;
    }
    this.count = count;
  }
}
