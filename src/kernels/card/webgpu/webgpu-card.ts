import { totalmem } from "node:os";
import {
  type Card,
  type CardBuffer,
  CardError,
  type CardLimits,
  type CardLists,
  type CardPairs,
  type CardRows,
  type CardTerms,
  type CardUse,
  type ScoreBlock,
} from "../card.js";
import { GATHER, MOST_NEAREST } from "./gather-kernel.js";
import { loadWebgpu } from "./load-webgpu.js";
import { multiplyKernel, TILE, TILE_BYTES } from "./multiply-kernel.js";
import { REACH } from "./reach-kernel.js";
import { HOW, INVOCATIONS, LANES, MOST_WORKGROUPS } from "./scores.js";
import { Staging, USAGE } from "./staging.js";

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
/** Sizes of buffers are multiples of a vec4. */
const GRAIN = LANES * FLOAT;
/** Bytes that are copied to the device at a time. */
const PIECE_BYTES = 2 ** 22;
/** WebGPU does not tell how much memory a device has: at most so many bytes are taken, and this share of that of the machine. */
const MOST_BYTES = 2 ** 31;
const MEMORY_SHARE = 1 / 2;
/** Bytes of the numbers of a call. */
const PARAMETER_BYTES = 64;

/** Limits that are asked for as the adapter has them; the default of others is enough. */
const RAISED = ["maxBufferSize", "maxStorageBufferBindingSize", "maxComputeWorkgroupStorageSize"] as const;

/** Kinds of errors of calls. What follows from a buffer without memory is a validation error. */
const ERRORS: readonly GPUErrorFilter[] = ["out-of-memory", "internal", "validation"];
const NO_MEMORY = "the device has no memory left";

interface WebgpuBuffer extends CardBuffer {
  readonly gpu: GPUBuffer;
}

const gpuOf = (buffer: CardBuffer): GPUBuffer => (buffer as WebgpuBuffer).gpu;

/** A graphics card of any vendor, through the npm package `webgpu`. */
export class WebgpuCard implements Card {
  readonly name = "webgpu";
  readonly description: string;
  readonly isSoftware: boolean;
  readonly limits: CardLimits;
  readonly mostNearest = MOST_NEAREST;
  /** WGSL has no float64. */
  readonly multiplyDoubles = null;
  readonly use: CardUse = { products: 0, multiplyMs: null, bytes: 0, copyMs: 0 };
  private readonly staging: Staging;
  private readonly pipelines = new Map<string, GPUComputePipeline>();
  /** The numbers of a call, which its kernel reads. */
  private readonly parameters: GPUBuffer;
  /** Takes the place of the terms where there are none. */
  private readonly noTerms: GPUBuffer;
  private readonly piece = new Uint8Array(PIECE_BYTES);
  private failure: CardError | null = null;
  private closed = false;

  /**
   * Opens the graphics card of this machine that is likely to be the fastest.
   *
   * @param path where the npm package `webgpu` is, if not beside simcli.
   * @throws CardError if there is no card, or no package.
   */
  static async open(path: string | undefined): Promise<WebgpuCard> {
    const gpu = loadWebgpu(path);
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) throw new CardError("WebGPU finds no graphics card with a driver for Vulkan, Metal or Direct3D 12");
    const requiredLimits = Object.fromEntries(RAISED.map((name) => [name, adapter.limits[name]]));
    try {
      return new WebgpuCard(gpu, adapter.info, await adapter.requestDevice({ requiredLimits }));
    } catch (error) {
      throw new CardError(`${describe(adapter.info)}: ${messageOf(error)}`);
    }
  }

  /** @param gpu must live as long as the device. */
  private constructor(
    readonly gpu: GPU,
    info: GPUAdapterInfo,
    private readonly device: GPUDevice,
  ) {
    this.description = describe(info);
    this.isSoftware = info.isFallbackAdapter;
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    const bufferBytes = floorTo(Math.min(maxBufferSize, maxStorageBufferBindingSize), GRAIN);
    this.limits = { bufferBytes, totalBytes: Math.min(MOST_BYTES, totalmem() * MEMORY_SHARE) };
    this.staging = new Staging(device);
    this.parameters = device.createBuffer({ size: PARAMETER_BYTES, usage: USAGE.uniform | USAGE.copyTarget });
    this.noTerms = device.createBuffer({ size: GRAIN, usage: USAGE.storage });
    this.expectErrors();
    device.lost.then(({ message }) => this.fail(`the device was lost: ${firstLine(message)}`));
  }

  allocate(bytes: number): CardBuffer {
    this.expectSound();
    const size = Math.max(GRAIN, Math.ceil(bytes / GRAIN) * GRAIN);
    if (size > this.limits.bufferBytes) {
      throw new CardError(`a buffer of ${bytes} bytes is more than the device allows (${this.limits.bufferBytes})`);
    }
    const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
    const buffer: WebgpuBuffer = { bytes, gpu: this.device.createBuffer({ size, usage }) };
    return buffer;
  }

  release(buffer: CardBuffer): void {
    gpuOf(buffer).destroy();
  }

  write(buffer: CardBuffer, numbers: Float32Array | Float64Array | Uint32Array, atByte = 0): void {
    this.expectSound();
    // Dawn cannot read shared memory.
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    const began = performance.now();
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      this.piece.set(piece);
      this.device.queue.writeBuffer(gpuOf(buffer), atByte + at, this.piece, 0, piece.length);
    }
    this.use.bytes += bytes.length;
    this.use.copyMs += performance.now() - began;
  }

  multiply(left: CardRows, right: CardRows, d: number, block: ScoreBlock): void {
    const variant = {
      byFours: d % LANES === 0,
      twoTiles: this.device.limits.maxComputeWorkgroupStorageSize >= 2 * TILE_BYTES,
    };
    const pipeline = this.pipeline(`multiply ${variant.byFours}`, () => multiplyKernel(variant));
    const { rows, columns, stride, scores } = block;
    this.use.products += rows * columns * d;
    this.run(
      pipeline,
      [rows, columns, d, stride / LANES, left.first, right.first],
      [left.buffer, right.buffer, scores].map(gpuOf),
      [Math.ceil(rows / TILE), Math.ceil(columns / TILE)],
    );
  }

  gather(block: ScoreBlock, terms: CardTerms, lists: CardLists, k: number, selfOffset: number): void {
    const { how } = terms;
    const pipeline = this.pipeline(`gather ${how}`, () => GATHER, { how: HOW[how] });
    this.run(
      pipeline,
      [...placeOf(block, terms), k, lists.capacity, lists.firstRow, selfOffset, 0],
      [
        gpuOf(block.scores),
        this.termsOf(terms),
        ...[lists.entries, lists.counts, lists.bounds, lists.margins].map(gpuOf),
      ],
      [Math.min(block.rows, MOST_WORKGROUPS), Math.ceil(block.rows / MOST_WORKGROUPS)],
    );
  }

  reach(block: ScoreBlock, terms: CardTerms, bounds: CardBuffer, found: CardPairs, onlyUpper: boolean): void {
    const { how } = terms;
    const pipeline = this.pipeline(`reach ${how}`, () => REACH, { how: HOW[how] });
    const { rows, columns } = block;
    this.run(
      pipeline,
      [...placeOf(block, terms), 0, found.capacity, 0, 0, Number(onlyUpper)],
      [gpuOf(block.scores), this.termsOf(terms), ...[bounds, found.pairs, found.count].map(gpuOf)],
      [Math.ceil(columns / (INVOCATIONS * LANES)), Math.min(rows, MOST_WORKGROUPS), Math.ceil(rows / MOST_WORKGROUPS)],
    );
  }

  async read(buffer: CardBuffer, atByte: number, bytes: number): Promise<ArrayBuffer> {
    this.expectSound();
    if (bytes === 0) return new ArrayBuffer(0);
    const reading = this.staging.read(gpuOf(buffer), atByte, bytes);
    const [result] = await Promise.allSettled([reading, this.findErrors()]);
    this.expectSound();
    if (result.status === "rejected") throw new CardError(`${this.description}: ${messageOf(result.reason)}`);
    return result.value;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.device.destroy();
  }

  /** Begins to record errors of calls, which Dawn prints otherwise. */
  private expectErrors(): void {
    for (const filter of ERRORS) this.device.pushErrorScope(filter);
  }

  /** Finds whether a call before has failed. */
  private async findErrors(): Promise<void> {
    const scopes = ERRORS.map(() => this.device.popErrorScope());
    this.expectErrors();
    const errors = await Promise.all(scopes);
    // The scope that was opened last is closed first.
    const at = errors.findLastIndex((error) => error !== null);
    if (at >= 0) this.fail(at === errors.length - 1 ? NO_MEMORY : messageOf(errors[at]));
  }

  private fail(reason: string): void {
    this.failure ??= new CardError(`${this.description}: ${reason}`);
  }

  private expectSound(): void {
    if (this.closed) throw new CardError(`${this.description} is closed`);
    if (this.failure) throw this.failure;
  }

  private termsOf({ how, numbers }: CardTerms): GPUBuffer {
    return how === "as it is" ? this.noTerms : gpuOf(numbers);
  }

  /** Returns a kernel, which is compiled when it is used first. */
  private pipeline(name: string, code: () => string, constants: Record<string, number> = {}): GPUComputePipeline {
    const known = this.pipelines.get(name);
    if (known) return known;
    const module = this.device.createShaderModule({ label: name, code: code() });
    const pipeline = this.device.createComputePipeline({
      label: name,
      layout: "auto",
      compute: { module, constants },
    });
    this.pipelines.set(name, pipeline);
    return pipeline;
  }

  /** Starts a kernel with numbers, in their binding 0, and buffers, in the bindings after it. */
  private run(
    pipeline: GPUComputePipeline,
    numbers: readonly number[],
    buffers: readonly GPUBuffer[],
    workgroups: readonly [number, number, number?],
  ): void {
    this.expectSound();
    const { device } = this;
    device.queue.writeBuffer(this.parameters, 0, Uint32Array.from(numbers));
    const entries = [this.parameters, ...buffers].map((buffer, binding) => ({ binding, resource: { buffer } }));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(...workgroups);
    pass.end();
    device.queue.submit([encoder.finish()]);
  }
}

/** Returns the first numbers of a kernel that reads scores. */
function placeOf({ rows, columns, stride, firstRow, firstColumn }: ScoreBlock, { first }: CardTerms): number[] {
  return [rows, columns, stride / LANES, firstRow, firstColumn, firstColumn - first];
}

function describe({ device, vendor, description }: GPUAdapterInfo): string {
  return [device || vendor, description].filter(Boolean).join(", ");
}

const messageOf = (error: unknown): string =>
  firstLine((error as { message?: string } | null)?.message ?? String(error));
const firstLine = (text: string): string => text.split("\n", 1)[0];
const floorTo = (number: number, grain: number): number => Math.floor(number / grain) * grain;
