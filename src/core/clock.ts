/**
 * Returns milliseconds since an arbitrary time. Unlike `performance.now()`, it needs no module that takes milliseconds
 * to load.
 */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
