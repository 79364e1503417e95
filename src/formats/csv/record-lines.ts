/** Finds the lines of records from what csv-parse reports. */
export class RecordLines {
  private comments = 0;

  /** @param last the last line before the records. */
  constructor(private last = 0) {}

  /**
   * Returns the line on which the next record starts, from 1, and passes over the record.
   *
   * @param comments lines of comment so far.
   */
  pass(fields: readonly string[], comments: number): number {
    const line = this.next(comments);
    // csv-parse counts a CRLF inside quotes twice.
    this.last = line + fields.reduce((sum, field) => sum + lineEnds(field), 0);
    this.comments = comments;
    return line;
  }

  /** Returns the line of the next record, after `comments` lines of comment in total. */
  next(comments: number): number {
    return this.last + 1 + comments - this.comments;
  }
}

/** Most fields have no line end: a search for one takes less time than a regular expression. */
const lineEnds = (text: string) =>
  text.includes("\n") || text.includes("\r") ? (text.match(/\r\n|\n|\r/g)?.length ?? 0) : 0;
