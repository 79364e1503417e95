import { beginsFraction, distanceTo, readFraction } from "./scan-fraction";
import { scanNumber, scanned } from "./scan-number";

/**
 * Reads a number into `out`: common forms on a fast path, others by {@link scanNumber}.
 *
 * @param p the start of the number; the 24 bytes before it and 64 bytes from it on must be readable.
 * @param separator the expected next byte, 16 times.
 * @param isJson whether only numbers of the JSON grammar are accepted.
 * @returns the end of the number; 0 when there is none.
 */
// @ts-ignore: decorator
@inline
export function scanCell(p: usize, separator: v128, delimiter: u32, out: usize, isJson: bool = false): usize {
  if (beginsFraction(p)) {
    const length = distanceTo(separator, p);
    const fraction = readFraction(p, length);
    // NaN marks text that is not a number.
    if (fraction == fraction) {
      store<f64>(out, fraction);
      return p + length;
    }
  }
  const end = scanNumber(p, delimiter, isJson);
  store<f64>(out, scanned);
  return end;
}
