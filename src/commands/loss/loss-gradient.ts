import { resolve } from "node:path";
import { UsageError } from "../../core/errors.js";
import type { TiledMatrix } from "../../core/matrix.js";
import { formatOfFile, loadWriter, type PlainFormat } from "../../formats/writers.js";
import type { MatrixHead } from "../../output/format.js";
import { Context, expectPlainFile } from "../../shell/context.js";
import { writeTile } from "../../shell/writers.js";

/** The output file of ∂loss/∂S, which appears completely or not at all. */
export class GradientFile {
  private constructor(
    private readonly context: Context,
    private readonly format: PlainFormat,
    private readonly header: boolean,
  ) {}

  /**
   * Opens the file, so that a write error occurs before the work starts.
   *
   * @throws {UsageError} for a name that is no file of numbers.
   */
  static async open(path: string, { streams, options }: Context, header: boolean): Promise<GradientFile> {
    expectPlainFile("--gradient", path);
    const format = formatOfFile(path);
    if (path === "-" || format === "table") {
      throw new UsageError(
        `--gradient: expected a file such as gradient.csv, found "${path}"`,
        "a matrix goes to .csv, .tsv, .json, .ndjson, .md, .npy, .safetensors, .fbin, .parquet or .arrow; stdout carries the losses",
      );
    }
    if (options.output !== undefined && resolve(options.output) === resolve(path)) {
      throw new UsageError(`--gradient: expected a file other than --output ${options.output}`);
    }
    const { color, precision, threads, quiet } = options;
    const context = new Context(streams, {
      color,
      output: path,
      ...(precision === undefined ? {} : { precision }),
      ...(threads === undefined ? {} : { threads }),
      ...(quiet ? { quiet } : {}),
    });
    await context.prepare();
    return new GradientFile(context, format, header);
  }

  async write(gradient: TiledMatrix, head: MatrixHead): Promise<void> {
    const { context } = this;
    const formatter = (await loadWriter(this.format)).matrix(head, {
      precision: context.options.precision ?? null,
      header: this.header,
      note: (text) => context.note(text),
    });
    await context.write(formatter.begin());
    for await (const tile of gradient.tiles()) await writeTile(context, formatter, tile);
    await context.write(formatter.end({}));
    await context.commit();
  }

  abandon(): Promise<void> {
    return this.context.abandon();
  }
}
