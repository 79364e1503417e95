import { UsageError } from "../../core/errors.js";
import type { MissingPolicy } from "../../input/reader.js";

/**
 * Expects that row i of one file remains beside row i of another one.
 *
 * @throws {UsageError} for the policy that leaves rows of one file out.
 */
export function expectAllRows({ missing }: { readonly missing?: MissingPolicy }): void {
  if (missing !== "skip-row") return;
  const expected = "--missing: expected zero or mean where row i of both files is a pair, found skip-row";
  throw new UsageError(expected, "a row that is left out of one file would shift the pairs after it");
}
