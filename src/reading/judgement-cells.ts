import type { Options } from "csv-parse/sync";

/** A field in quotes, in which a quote is doubled. */
const QUOTED_FIELD = /(^|[\t, ])"(?:[^"]|"")*"/g;
/** A quote at the start of a field. */
const OPENING_QUOTE = /(?:^|[\t, ])"/;

/** A line of judgements that cannot be parsed, with the reason. */
export interface BadLine {
  readonly message: string;
  readonly hint: string;
}

/** Splits lines of judgements into fields: at tabs if there are any, else at commas, else at blanks. */
export class JudgementCells {
  private parse: ((line: string, options: Options) => string[][]) | null = null;

  /** Returns the fields of a line without their quotes. */
  async of(line: string): Promise<readonly string[] | BadLine> {
    const unquoted = line.replace(QUOTED_FIELD, "$1");
    const delimiter = unquoted.includes("\t") ? "\t" : unquoted.includes(",") ? "," : " ";
    if (!OPENING_QUOTE.test(line)) return plainCells(line, delimiter);
    // Only lines with quotes need csv-parse.
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
