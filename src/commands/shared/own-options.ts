import { UsageError } from "../../core/errors.js";

/** The option that chooses among kinds, the kind that was chosen, and the kinds of the options that only some kinds have. */
export interface Chosen {
  readonly flag: string;
  readonly kind: string;
  readonly kindsOf: { readonly [option: string]: readonly string[] | undefined };
}

/**
 * @param isGiven whether an option was given.
 * @throws {UsageError} for an option that the chosen kind does not have.
 */
export function expectOwnOptions({ flag: chooser, kind, kindsOf }: Chosen, isGiven: (option: string) => boolean): void {
  for (const [option, kinds = []] of Object.entries(kindsOf)) {
    if (!isGiven(option) || kinds.includes(kind)) continue;
    const flag = flagOf(option);
    throw new UsageError(
      `${flag}: expected ${chooser} ${kinds.join(" or ")}, found ${chooser} ${kind}`,
      kinds.length === 1 ? `${chooser} ${kinds[0]}, or leave ${flag} out` : `leave ${flag} out`,
    );
  }
}

/** Options that say how vectors are compared, and which part of a file they are. */
export const OF_VECTORS = [
  ...["carry", "metric", "mode", "backend", "dtype", "zeroVectors", "quantize", "calibration"],
  ...["header", "idColumn", "vectorColumn", "missing", "dimensions", "packedBits"],
];
/** Options that say how a table is read. */
export const OF_TABLES = ["delimiter", "columns", "decimal", "strict", "inputFormat"];

/**
 * @param found what is read in place of vectors. @param isGiven whether an option was given.
 * @throws {UsageError} for an option that would be ignored, because no vectors are read.
 */
export function expectNoOptions(options: readonly string[], found: string, isGiven: (option: string) => boolean): void {
  const option = options.find(isGiven);
  if (option === undefined) return;
  throw new UsageError(`${flagOf(option)}: expected vectors with it, found ${found}`, `leave ${flagOf(option)} out`);
}

/** Returns an option as it is typed. */
export function flagOf(option: string): string {
  if (option.length === 1) return `-${option}`;
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
