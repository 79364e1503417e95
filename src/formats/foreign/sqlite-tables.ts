const PAGE_HEADER = 100;
const LEAF = 0x0d;
const CREATE = /CREATE TABLE (?:"((?:[^"]|"")+)"|\[([^\]]+)\]|`([^`]+)`|'([^']+)'|([^\s(]+))\s*(?:\(|AS\b)/i;

/**
 * Returns the names of the tables of a SQLite database; null if the list of tables is not on the first page alone, or the first page
 * is longer than these bytes.
 *
 * @see https://www.sqlite.org/fileformat.html#storage_of_the_sql_database_schema
 */
export function tablesOf(head: Uint8Array): string[] | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const pageSize = bytes.length > PAGE_HEADER + 8 ? bytes.readUInt16BE(16) : Number.POSITIVE_INFINITY;
  if (pageSize > bytes.length || bytes[PAGE_HEADER] !== LEAF) return null;
  const cells = bytes.readUInt16BE(PAGE_HEADER + 3);
  const names: string[] = [];
  for (let i = 0; i < cells; i++) {
    const pointer = PAGE_HEADER + 8 + 2 * i;
    const start = pointer + 2 <= bytes.length ? bytes.readUInt16BE(pointer) : bytes.length;
    // The length of a cell is two bytes at most for the statements that fit on the page.
    const length = start + 2 > bytes.length ? 0 : (bytes[start] & 0x7f) * (bytes[start] > 0x7f ? 128 : 1);
    const more = bytes[start] > 0x7f ? bytes[start + 1] & 0x7f : 0;
    const match = CREATE.exec(bytes.toString("utf8", start, start + length + more + 8));
    const name = match?.slice(1).find((text) => text !== undefined);
    if (name !== undefined && !name.startsWith("sqlite_")) names.push(name.replaceAll('""', '"'));
  }
  return names;
}
