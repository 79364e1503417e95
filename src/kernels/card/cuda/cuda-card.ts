import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { type Koffi, loadKoffi } from "../../koffi.js";
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
import { compileKernels } from "./compile.js";
import { CudaCalls } from "./cuda-calls.js";
import { openCudaLibraries } from "./cuda-libraries.js";
import { GATHERS, THREADS } from "./kernels.js";

const ATTRIBUTE = { majorOfCapability: 75, minorOfCapability: 76 } as const;
/** Memory that is left to others, and to the libraries. */
const RESERVED_BYTES = 2 ** 28;
/** With less memory, a card is not used. */
const LEAST_BYTES = 2 ** 18;
const NON_BLOCKING = 1;
const TRANSPOSE = 1;
const NO_TRANSPOSE = 0;
/** Products in float32, whatever the environment asks for: the error bounds of float32 hold. */
const PEDANTIC_MATH = 2;
const HOW = { "as it is": 0, minus: 1, times: 2 } as const;
/** `cuLaunchKernel` takes the parameters of a kernel as one piece of memory. */
const LAUNCH_PARAMETERS = { pointer: 1n, bytes: 2n, end: 0n };
const PARAMETER_BYTES = 256;

/** Memory on the card. */
interface CudaBuffer extends CardBuffer {
  readonly address: bigint;
}

/** Memory of this machine that the card copies to. */
interface PinnedMemory {
  readonly address: bigint;
  readonly bytes: number;
  readonly view: ArrayBuffer;
}

/** A parameter of a kernel: a buffer, a 64-bit or a 32-bit integer. */
type Parameter = CardBuffer | bigint | number;

/** The first card of NVIDIA, with cuBLAS and kernels that NVRTC compiles. */
export class CudaCard implements Card {
  readonly name = "cuda";
  readonly isSoftware = false;
  readonly use: CardUse = { products: 0, multiplyMs: 0, bytes: 0, copyMs: 0 };
  readonly mostNearest = Math.max(...GATHERS.map(({ mostNearest }) => mostNearest));
  readonly multiplyDoubles: Card["multiplyDoubles"] = (left, right, d, block) =>
    this.callGemm("cublasDgemm_v2", Float64Array, left, right, d, block);
  private readonly functions = new Map<string, bigint>();
  private readonly parameters: PinnedMemory;
  /** Where `cuLaunchKernel` finds the parameters and their size. */
  private readonly extra: PinnedMemory;
  private readonly idlePinned: PinnedMemory[] = [];
  /** Events at the start and the end of products whose time is not known yet. */
  private readonly multiplied: { readonly start: bigint; readonly end: bigint }[] = [];

  private constructor(
    private readonly koffi: Koffi,
    private readonly calls: CudaCalls,
    private readonly device: number,
    private readonly stream: bigint,
    private readonly cublas: bigint,
    private readonly module: bigint,
    readonly description: string,
    readonly limits: CardLimits,
  ) {
    this.parameters = this.pin(PARAMETER_BYTES);
    this.extra = this.pin(8 * 6);
  }

  /**
   * Opens the first card.
   *
   * @param path the folders of cuBLAS and NVRTC; see {@link openCudaLibraries}.
   * @throws {CardError} if there is none, or a library is not there.
   */
  static open(path: string | undefined): CudaCard {
    const koffi = loadKoffi();
    if (!koffi) throw new CardError("the package koffi is not installed");
    const calls = new CudaCalls(openCudaLibraries(koffi, path));
    calls.call("cuInit", 0);
    if (calls.askInt("cuDeviceGetCount") === 0) throw new CardError("the driver of NVIDIA found no card");
    const device = calls.askInt("cuDeviceGet", 0);
    const context = calls.ask("cuDevicePrimaryCtxRetain", device);
    calls.call("cuCtxSetCurrent", context);
    const attribute = (id: number) => calls.askInt("cuDeviceGetAttribute", id, device);
    const capability = 10 * attribute(ATTRIBUTE.majorOfCapability) + attribute(ATTRIBUTE.minorOfCapability);
    const stream = calls.ask("cuStreamCreate", NON_BLOCKING);
    const module = calls.ask("cuModuleLoadData", compileKernels(calls, capability));
    const cublas = calls.ask("cublasCreate_v2");
    calls.call("cublasSetStream_v2", cublas, stream);
    calls.call("cublasSetMathMode", cublas, PEDANTIC_MATH);
    const [free, total] = [new BigUint64Array(1), new BigUint64Array(1)];
    calls.call("cuMemGetInfo_v2", free, total);
    const bytes = Number(free[0]) - RESERVED_BYTES;
    const description = descriptionOf(calls, device);
    if (bytes < LEAST_BYTES)
      throw new CardError(`too little memory is free on ${description}: ${Number(free[0])} bytes`);
    const limits = { bufferBytes: bytes, totalBytes: bytes };
    return new CudaCard(koffi, calls, device, stream, cublas, module, description, limits);
  }

  allocate(bytes: number): CardBuffer {
    const buffer: CudaBuffer = { bytes, address: this.calls.ask("cuMemAlloc_v2", Math.max(bytes, 16)) };
    return buffer;
  }

  release(buffer: CardBuffer): void {
    this.calls.call("cuMemFree_v2", addressOf(buffer));
  }

  write(buffer: CardBuffer, numbers: Float32Array | Float64Array | Uint32Array, atByte = 0): void {
    const to = addressOf(buffer) + BigInt(atByte);
    const began = performance.now();
    this.calls.call("cuMemcpyHtoDAsync_v2", to, numbers, numbers.byteLength, this.stream);
    this.use.bytes += numbers.byteLength;
    this.use.copyMs += performance.now() - began;
  }

  multiply(left: CardRows, right: CardRows, d: number, block: ScoreBlock): void {
    this.callGemm("cublasSgemm_v2", Float32Array, left, right, d, block);
  }

  gather(block: ScoreBlock, terms: CardTerms, lists: CardLists, k: number, selfOffset: number): void {
    const gather = GATHERS.find(({ mostNearest }) => k <= mostNearest);
    if (!gather) throw new Error(`expected k of at most ${this.mostNearest}`);
    const { entries, counts, bounds, margins, capacity, firstRow } = lists;
    const { scores, stride, columns } = block;
    this.launch(gather.name, block.rows, [
      ...[scores, termsAt(terms, block), entries, counts, bounds, margins, BigInt(stride)],
      ...[columns, block.firstRow, block.firstColumn, HOW[terms.how], capacity, firstRow, k, selfOffset],
    ]);
  }

  reach(
    block: ScoreBlock,
    terms: CardTerms,
    bounds: CardBuffer,
    { pairs, count, capacity }: CardPairs,
    onlyUpper: boolean,
  ): void {
    const { scores, stride, columns } = block;
    this.launch("reach", block.rows, [
      ...[scores, termsAt(terms, block), bounds, pairs, count, BigInt(stride)],
      ...[columns, block.firstRow, block.firstColumn, HOW[terms.how], capacity, onlyUpper ? 1 : 0],
    ]);
  }

  async read(buffer: CardBuffer, atByte: number, bytes: number): Promise<ArrayBuffer> {
    const { calls, stream } = this;
    const pinned = this.takePinned(bytes);
    const products = this.multiplied.splice(0);
    try {
      calls.call("cuMemcpyDtoHAsync_v2", pinned.address, addressOf(buffer) + BigInt(atByte), bytes, stream);
      const copied = this.mark();
      while (!calls.isDone(copied)) await setTimeout(1);
      calls.call("cuEventDestroy_v2", copied);
      for (const product of products) this.addTime(product);
      return pinned.view.slice(0, bytes);
    } finally {
      this.idlePinned.push(pinned);
    }
  }

  close(): void {
    const { calls } = this;
    calls.call("cublasDestroy_v2", this.cublas);
    for (const { address } of [...this.idlePinned, this.parameters, this.extra]) calls.call("cuMemFreeHost", address);
    calls.call("cuStreamDestroy_v2", this.stream);
    calls.call("cuDevicePrimaryCtxRelease_v2", this.device);
  }

  /** Returns an event that happens when all calls before are done. */
  private mark(): bigint {
    const event = this.calls.ask("cuEventCreate", 0);
    this.calls.call("cuEventRecord", event, this.stream);
    return event;
  }

  /** Adds the time of a product that is done. */
  private addTime({ start, end }: { readonly start: bigint; readonly end: bigint }): void {
    const { calls, use } = this;
    const milliseconds = new Float32Array(1);
    calls.call("cuEventElapsedTime", milliseconds, start, end);
    for (const event of [start, end]) calls.call("cuEventDestroy_v2", event);
    use.multiplyMs = (use.multiplyMs ?? 0) + milliseconds[0];
  }

  private callGemm(
    name: "cublasSgemm_v2" | "cublasDgemm_v2",
    type: Float32ArrayConstructor | Float64ArrayConstructor,
    left: CardRows,
    right: CardRows,
    d: number,
    { scores, rows, columns, stride }: ScoreBlock,
  ): void {
    const at = ({ buffer, first }: CardRows) => addressOf(buffer) + BigInt(first * d * type.BYTES_PER_ELEMENT);
    // cuBLAS stores columns one after the other, so this is the transpose of its product.
    const operands = [columns, rows, d, type.of(1), at(right), d, at(left), d, type.of(0), addressOf(scores), stride];
    const start = this.mark();
    this.calls.call(name, this.cublas, TRANSPOSE, NO_TRANSPOSE, ...operands);
    this.multiplied.push({ start, end: this.mark() });
    this.use.products += rows * columns * d;
  }

  /** Starts a kernel with a block of threads for each row. */
  private launch(name: string, rows: number, parameters: readonly Parameter[]): void {
    const { calls } = this;
    const view = new DataView(this.parameters.view);
    let at = 0;
    for (const parameter of parameters) {
      if (typeof parameter === "number") view.setInt32(at, parameter, true);
      else view.setBigUint64(at, typeof parameter === "bigint" ? parameter : addressOf(parameter), true);
      at += typeof parameter === "number" ? 4 : 8;
    }
    const extra = new BigUint64Array(this.extra.view);
    extra[5] = BigInt(at);
    const { pointer, bytes, end } = LAUNCH_PARAMETERS;
    extra.set([pointer, this.parameters.address, bytes, this.extra.address + 40n, end]);
    const function_ = this.functions.get(name) ?? calls.ask("cuModuleGetFunction", this.module, name);
    this.functions.set(name, function_);
    calls.call("cuLaunchKernel", function_, rows, 1, 1, THREADS, 1, 1, 0, this.stream, null, this.extra.address);
  }

  private pin(bytes: number): PinnedMemory {
    const address = this.calls.ask("cuMemAllocHost_v2", bytes);
    return { address, bytes, view: this.koffi.view(address, bytes) };
  }

  private takePinned(bytes: number): PinnedMemory {
    const at = this.idlePinned.findIndex((pinned) => pinned.bytes >= bytes);
    return at < 0 ? this.pin(bytes) : this.idlePinned.splice(at, 1)[0];
  }
}

const addressOf = (buffer: CardBuffer): bigint => (buffer as CudaBuffer).address;

/** Returns the address of the term of the first column of a block. */
function termsAt({ how, numbers, first }: CardTerms, { firstColumn }: ScoreBlock): bigint {
  const skipped = how === "as it is" ? 0 : firstColumn - first;
  return addressOf(numbers) + BigInt(skipped * Float32Array.BYTES_PER_ELEMENT);
}

function descriptionOf(calls: CudaCalls, device: number): string {
  const name = Buffer.alloc(256);
  calls.call("cuDeviceGetName", name, name.length, device);
  const version = calls.askInt("cuDriverGetVersion");
  const ofCuda = `CUDA ${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
  const driver = driverVersion();
  return [name.toString("utf8", 0, name.indexOf(0)), ...(driver ? [`driver ${driver}`] : []), ofCuda].join(", ");
}

/** Returns the version of the driver, where the system says it in a file. */
function driverVersion(): string | null {
  try {
    return /\s(\d+\.\d+[.\d]*)\s/.exec(readFileSync("/proc/driver/nvidia/version", "utf8"))?.[1] ?? null;
  } catch {
    return null;
  }
}
