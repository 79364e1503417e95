import { UsageError } from "./errors.js";

/**
 * Holds callers whom no compiler holds to the values that there are.
 *
 * @param name how what has the value is called.
 * @throws {UsageError} for a value that is none of the choices.
 */
export function expectChoice<T extends string>(name: string, value: T, choices: readonly T[]): void {
  if (choices.includes(value)) return;
  const found = typeof value === "string" ? `"${value}"` : String(value);
  throw new UsageError(`${name}: expected ${choices.join(", ")}, found ${found}`);
}

/** The same for an option, which may be left out. */
export function expectOption<T extends string>(name: string, value: T | undefined, choices: readonly T[]): void {
  if (value !== undefined) expectChoice(name, value, choices);
}
