import { hasKoffi, loadKoffi } from "./koffi.js";

/** Minimum bytes for which the advice is worth a system call, and worth loading koffi. */
const WORTH_BYTES = 1 << 21;
const WORTH_LOADING_BYTES = 1 << 24;
const PAGE_BYTES = 4096;
const HUGE_PAGES = 14;

let madvise: ((address: bigint, length: number, advice: number) => number) | null | undefined;

/**
 * Asks Linux for large pages for memory that is about to be written: the first access to small pages takes ten times as long.
 * Elsewhere, and for little memory, it does nothing.
 *
 * @see https://man7.org/linux/man-pages/man2/madvise.2.html
 */
export function adviseHugePages(memory: Float64Array | Float32Array | Uint8Array): void {
  if (process.platform !== "linux" || memory.byteLength < (hasKoffi() ? WORTH_BYTES : WORTH_LOADING_BYTES)) return;
  const koffi = loadKoffi();
  if (!koffi) return;
  try {
    madvise ??= koffi.load(null).func("int madvise(uint64_t, size_t, int)");
    const start = koffi.address(memory);
    const page = BigInt(PAGE_BYTES);
    const first = ((start + page - 1n) / page) * page;
    const length = Number(((start + BigInt(memory.byteLength)) / page) * page - first);
    madvise?.(first, length, HUGE_PAGES);
  } catch {
    // It is only advice.
    madvise = null;
  }
}
