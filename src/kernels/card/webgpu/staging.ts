/** Usages of buffers, as WebGPU numbers them. */
export const USAGE = { mapRead: 0x1, copySource: 0x4, copyTarget: 0x8, uniform: 0x40, storage: 0x80 } as const;
const MAP_READ = 0x1;

/** Maximum number of buffers that wait for the next read. */
const MOST_FREE = 8;

/** Buffers through which bytes are read from a device: one for each read that is under way. */
export class Staging {
  private readonly free: GPUBuffer[] = [];

  constructor(private readonly device: GPUDevice) {}

  /** Returns a copy of bytes of a buffer. The place and the number of bytes are multiples of 4. */
  async read(source: GPUBuffer, atByte: number, bytes: number): Promise<ArrayBuffer> {
    const buffer = this.take(bytes);
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(source, atByte, buffer, 0, bytes);
    this.device.queue.submit([encoder.finish()]);
    await buffer.mapAsync(MAP_READ, 0, bytes);
    const copy = buffer.getMappedRange(0, bytes).slice(0);
    buffer.unmap();
    if (this.free.length < MOST_FREE) this.free.push(buffer);
    else buffer.destroy();
    return copy;
  }

  /** Returns a buffer of a power of two of bytes, so that later reads can use it. */
  private take(bytes: number): GPUBuffer {
    const size = 2 ** Math.ceil(Math.log2(Math.max(bytes, 256)));
    const at = this.free.findIndex((buffer) => buffer.size === size);
    if (at >= 0) return this.free.splice(at, 1)[0];
    return this.device.createBuffer({ size, usage: USAGE.mapRead | USAGE.copyTarget });
  }
}
