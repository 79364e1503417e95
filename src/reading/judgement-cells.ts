import type { Options } from "csv-parse/sync";

/** A field that begins with a quote, and ends with the next one that is not doubled. */
const QUOTED_FIELD = /(^|[\t, ])"(?:[^"]|"")*"/g;
/** A quote where a field begins. */
const OPENING_QUOTE = /(?:^|[\t, ])"/;

/** A line of judgements that is not to be understood: the reason, in our words. */
export interface BadLine {
  readonly message: string;
  readonly hint: string;
}

/** Parts lines of judgements into their fields: between tabs where there are any, else commas, else blanks. */
export class JudgementCells {
  private parse: ((line: string, options: Options) => string[][]) | null = null;

  /** The fields of a line, quotes around them taken away. */
  async of(line: string): Promise<readonly string[] | BadLine> {
    const unquoted = line.replace(QUOTED_FIELD, "$1");
    const delimiter = unquoted.includes("\t") ? "\t" : unquoted.includes(",") ? "," : " ";
    if (!OPENING_QUOTE.test(line)) return plainCells(line, delimiter);
    // Only quotes need the grammar of CSV.
    this.parse ??= (await import("csv-parse/sync")).parse;
    try {
      const [cells = []] = this.parse(line, { delimiter, trim: true, relax_quotes: true });
      return delimiter === " " ? cells.filter((cell) => cell !== "") : cells;
    } catch (error) {
      const isOpen = (error as { code?: string }).code === "CSV_QUOTE_NOT_CLOSED";
      return { message: isOpen ? NOT_CLOSED : CLOSED_EARLY, hint: 'a quote inside a field is written ""' };
    }
  }
}

const NOT_CLOSED = "expected a closing quote, found the end of the line";
const CLOSED_EARLY = "expected a delimiter after the closing quote, found more text";

function plainCells(line: string, delimiter: string): string[] {
  return line.split(delimiter === "\t" ? "\t" : delimiter === "," ? / *, */ : / +/);
}
