import type { Command } from "commander";
import { shellWord } from "../../core/shell-word.js";

/** The options of a command line as they were typed, by their attribute. */
export type TypedOptions = ReadonlyMap<string, readonly string[]>;

/** Returns the options that were typed, with their values. */
export function typedOptions(command: Command): TypedOptions {
  const words = command.parent?.args ?? [];
  const typed = new Map<string, readonly string[]>();
  for (const option of command.options) {
    const attribute = option.attributeName();
    if (command.getOptionValueSource(attribute) !== "cli") continue;
    const names = [option.long, option.short];
    const at = words.findLastIndex((word) =>
      names.some((name) => name && (word === name || word.startsWith(`${name}=`))),
    );
    if (at < 0) continue;
    const hasValue = option.required && !words[at].includes("=");
    typed.set(attribute, words.slice(at, at + (hasValue ? 2 : 1)));
  }
  return typed;
}

const INPUT = [
  "delimiter",
  "header",
  "idColumn",
  "columns",
  "vectorColumn",
  "missing",
  "decimal",
  "inputFormat",
  "dimensions",
  "packedBits",
] as const;
const ENGINE = ["mode", "backend", "dtype", "zeroVectors"] as const;

/** Writes the command lines that show the parts of a report, with those options of the report that they have. */
export class CommandLines {
  constructor(
    readonly files: readonly string[],
    private readonly typed: TypedOptions,
  ) {}

  /**
   * Returns the command line of another command for the files.
   *
   * @param own its own options.
   * @param options options of the report besides those of input and engines.
   */
  line(command: string, own: readonly string[] = [], options: readonly string[] = []): string {
    return commandText(command, this.files, [...this.words([...INPUT, ...ENGINE, ...options]), ...own]);
  }

  /** Returns the command line of a command that reads one file and computes no similarities. */
  reading(command: string, file: string, own: readonly string[] = []): string {
    return commandText(command, [file], [...this.words(INPUT), ...own]);
  }

  /** Returns the command line of the report. */
  whole(): string {
    return commandText("report", this.files, this.words([...this.typed.keys()]));
  }

  private words(names: readonly string[]): string[] {
    return names.flatMap((name) => this.typed.get(name) ?? []);
  }
}

const commandText = (command: string, files: readonly string[], options: readonly string[]): string =>
  ["simcli", command, ...files, ...options].map(shellWord).join(" ");
