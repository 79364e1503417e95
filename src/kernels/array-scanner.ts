import { DECIMALS_BYTES } from "./scan.js";
import { type Kernels, loadKernels } from "./wasm.js";

/** Bytes after the text that the kernel may read. */
const MARGIN_BYTES = 64;

/** Reads numbers with commas between them from its `text`. */
export class ArrayScanner {
  private readonly kernels: Kernels = loadKernels();
  private address = 0;
  private out = 0;
  private buffer: Buffer = Buffer.alloc(0);
  private readonly decimals = this.kernels.allocate(DECIMALS_BYTES);

  constructor(windowBytes: number) {
    this.allocate(windowBytes);
  }

  /** The caller puts text here. */
  get text(): Buffer {
    return this.buffer;
  }

  /**
   * Reads the numbers at offset `from`, as far as the text up to `to` has them.
   *
   * @returns the numbers, valid until the next call, and the offset after the last one.
   */
  scan(from: number, to: number): { readonly values: Float64Array; readonly end: number } {
    const { kernels, address, out } = this;
    this.buffer[to] = 0;
    const count = kernels.call.scanArray(address + from, address + to, out, this.decimals);
    return { values: kernels.doubles(out, count), end: kernels.call.arrayEnd.value - address };
  }

  /** Makes room for `windowBytes` of text, and keeps the first `length` bytes. */
  grow(windowBytes: number, length: number): void {
    const { buffer, address, out } = this;
    this.allocate(windowBytes);
    this.buffer.set(buffer.subarray(0, length));
    this.kernels.release(address);
    this.kernels.release(out);
  }

  /** Frees the memory. */
  close(): void {
    for (const address of [this.address, this.out, this.decimals]) this.kernels.release(address);
  }

  private allocate(windowBytes: number): void {
    this.address = this.kernels.allocate(windowBytes + MARGIN_BYTES);
    this.out = this.kernels.allocate(4 * windowBytes);
    this.buffer = this.kernels.bytes(this.address, windowBytes + MARGIN_BYTES);
  }
}
