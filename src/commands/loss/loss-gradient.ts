import { resolve } from "node:path";
import { UsageError } from "../../core/errors.js";
import type { TiledMatrix } from "../../core/matrix.js";
import { formatOfFile, loadWriter, type PlainFormat } from "../../formats/writers.js";
import type { MatrixHead } from "../../output/format.js";
import { Context, expectPlainFile } from "../../shell/context.js";
import { writeTile } from "../../shell/writers.js";

/** The options that name files of gradients, with respect to S, a and b. */
export const GRADIENT_FLAGS = { gradient: "--gradient", gradientA: "--gradient-a", gradientB: "--gradient-b" } as const;
export type GradientName = keyof typeof GRADIENT_FLAGS;
export type GradientOptions = { readonly [Name in GradientName]?: string };

/** Returns the options that were given. */
export const gradientsAsked = (options: GradientOptions): readonly GradientName[] =>
  (Object.keys(GRADIENT_FLAGS) as GradientName[]).filter((name) => options[name] !== undefined);

/** The output files of gradients. */
export class GradientFiles {
  private constructor(private readonly files: ReadonlyMap<GradientName, GradientFile>) {}

  /**
   * Opens the files that the options name, so that a write error occurs before the work starts.
   *
   * @throws {UsageError} for a name that is no file of numbers, and for a file that is named twice.
   */
  static async open(options: GradientOptions, context: Context, header: boolean): Promise<GradientFiles> {
    const files = new Map<GradientName, GradientFile>();
    const gradients = new GradientFiles(files);
    const taken = new Map([["--output", context.options.output]]);
    try {
      for (const name of gradientsAsked(options)) {
        const [flag, path = ""] = [GRADIENT_FLAGS[name], options[name]];
        const same = [...taken].find(([, other]) => other !== undefined && resolve(other) === resolve(path));
        if (same) throw new UsageError(`${flag}: expected a file other than ${same.join(" ")}`);
        taken.set(flag, path);
        files.set(name, await GradientFile.open(flag, path, context, header));
      }
    } catch (error) {
      await gradients.abandon();
      throw error;
    }
    return gradients;
  }

  get(name: GradientName): GradientFile | undefined {
    return this.files.get(name);
  }

  async abandon(): Promise<void> {
    for (const file of this.files.values()) await file.abandon();
  }
}

/** The output file of a gradient, which appears completely or not at all. */
class GradientFile {
  private constructor(
    private readonly context: Context,
    private readonly format: PlainFormat,
    private readonly header: boolean,
  ) {}

  static async open(flag: string, path: string, { streams, options }: Context, header: boolean): Promise<GradientFile> {
    expectPlainFile(flag, path);
    const format = formatOfFile(path);
    if (path === "-" || format === "table") {
      throw new UsageError(
        `${flag}: expected a file such as gradient.csv, found "${path}"`,
        "a matrix goes to .csv, .tsv, .json, .ndjson, .md, .npy, .safetensors, .fbin, .parquet or .arrow; stdout carries the losses",
      );
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
