import { beginsFraction, distanceTo, readFraction } from "./scan-fraction";
import { scanNumber, scanned } from "./scan-number";

/**
 * Reads a number into `out`: the usual ones the quick way, others the long way.
 *
 * @param p where it begins; the 24 bytes before it, and 64 from it on, can be looked at.
 * @param separator the byte that should stand behind it, 16 times.
 * @param isJson whether only what JSON calls a number is one.
 * @returns where it ends; 0 where there is none.
 */
// @ts-ignore: decorator
@inline
export function scanCell(p: usize, separator: v128, delimiter: u32, out: usize, isJson: bool = false): usize {
  if (beginsFraction(p)) {
    const length = distanceTo(separator, p);
    const fraction = readFraction(p, length);
    // What is no number is not equal to itself.
    if (fraction == fraction) {
      store<f64>(out, fraction);
      return p + length;
    }
  }
  const end = scanNumber(p, delimiter, isJson);
  store<f64>(out, scanned);
  return end;
}
