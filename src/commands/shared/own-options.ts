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
      `leave ${flag} out`,
    );
  }
}

/** Returns an option as it is typed. */
export function flagOf(option: string): string {
  if (option.length === 1) return `-${option}`;
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
