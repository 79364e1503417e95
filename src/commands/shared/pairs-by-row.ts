import { UsageError } from "../../core/errors.js";
import type { MissingPolicy } from "../../input/reader.js";
import type { Context } from "../../shell/context.js";

/**
 * Expects that row i of one file remains beside row i of another one; hints of later errors then leave no rows out.
 *
 * @throws {UsageError} for the policy that leaves rows of one file out.
 */
export function expectAllRows(context: Context, { missing }: { readonly missing?: MissingPolicy }): void {
  context.keepsAllRows = true;
  if (missing !== "skip-row") return;
  const expected = "--missing: expected zero or mean where row i of both files is a pair, found skip-row";
  throw new UsageError(expected, "a row that is left out of one file would shift the pairs after it");
}
