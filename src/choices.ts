import { UsageError } from "./errors.js";

/**
 * Holds callers whom no compiler holds to the values of an option.
 *
 * @param name how the option is called. @param value undefined where it is left out.
 * @throws {UsageError} for a value that is none of the choices.
 */
export function expectChoice<T extends string>(name: string, value: T | undefined, choices: readonly T[]): void {
  if (value === undefined || choices.includes(value)) return;
  const found = typeof value === "string" ? `"${value}"` : String(value);
  throw new UsageError(`${name}: expected ${choices.join(", ")}, found ${found}`);
}
