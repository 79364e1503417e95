import { writeDouble } from "./write-double";

/**
 * Writes rows of cells as text: `columns` numbers per row with a separator between them.
 *
 * @param rowStart, rowEnd bytes before and after each row, 0 for none; `lineEnd` follows.
 * @param nan the text of NaN: up to eight bytes, the first one lowest.
 * @param out memory for 28 bytes per cell and 8 per row.
 * @returns the end of the text.
 */
export function writeRows(
  cells: usize,
  rows: i32,
  columns: i32,
  separator: u32,
  rowStart: u32,
  rowEnd: u32,
  lineEnd: u32,
  nan: u64,
  nanLength: i32,
  out: usize,
): usize {
  for (let i = 0; i < rows; i++) {
    if (rowStart) store<u8>(out++, rowStart);
    for (let j = 0; j < columns; j++) {
      const value = load<f64>(cells);
      cells += 8;
      if (value == value) {
        out = writeDouble(value, out);
      } else {
        store<u64>(out, nan);
        out += nanLength;
      }
      store<u8>(out++, separator);
    }
    out--;
    if (rowEnd) store<u8>(out++, rowEnd);
    if (lineEnd) store<u8>(out++, lineEnd);
  }
  return out;
}
