import { UsageError } from "./errors.js";

/**
 * Validates an enum value at run time, for callers without type checking.
 *
 * @param name the name of the option or argument, for messages.
 * @throws {UsageError} for a value that is not one of the choices.
 */
export function expectChoice<T extends string>(name: string, value: T, choices: readonly T[]): void {
  if (choices.includes(value)) return;
  const found = typeof value === "string" ? `"${value}"` : String(value);
  throw new UsageError(`${name}: expected ${choices.join(", ")}, found ${found}`);
}

/** Validates an optional enum value like {@link expectChoice}. */
export function expectOption<T extends string>(name: string, value: T | undefined, choices: readonly T[]): void {
  if (value !== undefined) expectChoice(name, value, choices);
}
