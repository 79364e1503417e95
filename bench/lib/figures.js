/** What a run is worth: wall time by default, or a number that the program says of itself. */
export const wall = { unit: "s", of: ({ seconds }) => seconds };

/** The peak memory, which only a run under a meter knows. */
export const peak = { unit: "MB", metered: true, of: ({ megabytes }) => megabytes };

/** Peers that time themselves in-process print one number. */
export const printed = (unit) => ({ unit, keepOutput: true, of: ({ stdout }) => told(/([\d.]+)/, stdout) });

/** Megabytes a second from the first line of `--verbose` that tells of reading: the first file's. */
export const readRate = { unit: "MB/s", of: ({ stderr }) => onLine(stderr, /\bread\b/, /([\d.]+) MB\/s/) };

/** GFLOP a second from the line of `--verbose` that tells of the product. */
export const productRate = { unit: "GFLOP/s", of: ({ stderr }) => onLine(stderr, /multipl/, /([\d.]+) GFLOP\/s/) };

/** The backend that `--verbose` names, or null. */
export const backendOf = ({ stderr }) => /backend (\w+)/.exec(stderr)?.[1] ?? null;

function onLine(text, kind, value) {
  const lines = text.split("\n").filter((line) => kind.test(line));
  return told(value, lines.find((line) => value.test(line)) ?? "");
}

/** Null when it is not told: an older version says less, which is no failure. */
export function told(pattern, text) {
  const found = pattern.exec(text);
  return found === null ? null : Number(found[1]);
}
