import type { Case } from "./cases.js";
import { ulpsOff } from "./decimals.js";

/** The largest error of each way to compute a value, in units in the last place. */
export interface Measured {
  readonly value: string;
  readonly data: string;
  readonly errors: { readonly [way: string]: number };
}

/** @param others values that other programs computed; null for one that is not finite. */
export async function errorsOf(
  { value, data, truth, found }: Case,
  others: { readonly [program: string]: readonly (number | null)[] } = {},
): Promise<Measured> {
  const errors: { [way: string]: number } = {};
  for (const [way, values] of Object.entries({ ...(await found()), ...others })) {
    if (values.length !== truth.length) throw new Error(`${value}, ${data}, ${way}: ${values.length} values`);
    errors[way] = Math.max(...truth.map((exact, i) => ulpsOff(values[i] ?? Number.NaN, exact)));
  }
  return { value, data, errors };
}
