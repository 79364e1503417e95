import type { Kernels } from "./wasm.js";

/** Memory of the kernels that grows on demand. Its content is lost when it grows. */
export class Room {
  private address = 0;
  private bytes = 0;

  constructor(private readonly kernels: Kernels) {}

  /** Returns the addresses of arrays with at least these numbers of bytes, each at a multiple of 8. */
  take(...sizes: readonly number[]): number[] {
    const offsets: number[] = [];
    let bytes = 0;
    for (const size of sizes) {
      offsets.push(bytes);
      bytes += Math.ceil(size / 8) * 8;
    }
    if (bytes > this.bytes) {
      this.close();
      this.address = this.kernels.allocate(bytes);
      this.bytes = bytes;
    }
    return offsets.map((offset) => this.address + offset);
  }

  /** Frees the memory. */
  close(): void {
    if (this.bytes > 0) this.kernels.release(this.address);
    this.bytes = 0;
  }
}
