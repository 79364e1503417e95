import { hasKoffi, loadKoffi } from "./koffi.js";

/** From so many bytes on, the advice is worth a call of the system; and from so many, to load who calls it. */
const WORTH_BYTES = 1 << 21;
const WORTH_LOADING_BYTES = 1 << 24;
const PAGE_BYTES = 4096;
const HUGE_PAGES = 14;
const POPULATE_FOR_WRITING = 23;

let madvise: ((address: bigint, length: number, advice: number) => number) | null | undefined;

/**
 * Asks Linux (5.14 and later) for the pages of memory that is about to be written, all at once: to come upon them one by one takes
 * four times as long, and more on virtual machines. Elsewhere, and for little memory, it does nothing.
 *
 * @see https://man7.org/linux/man-pages/man2/madvise.2.html
 */
export function takePages(memory: Float64Array | Float32Array | Uint8Array): void {
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
    madvise?.(first, length, POPULATE_FOR_WRITING);
  } catch {
    // It is only advice.
    madvise = null;
  }
}
