/** Milliseconds since some moment; `performance.now()` without the milliseconds that loading it takes. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
