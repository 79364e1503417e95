import { readFileSync } from "node:fs";
import type { Numbers } from "./numbers.js";

/** The exports of the AssemblyScript modules in `assembly/`; addresses and sizes are in bytes unless noted otherwise. */
export interface KernelExports {
  start(): void;
  computePowers(): void;
  scanRows(
    text: number,
    end: number,
    fields: number,
    kinds: number,
    delimiter: number,
    numbers: number,
    out: number,
    spans: number,
    decimals: number,
  ): number;
  scanArray(text: number, end: number, out: number, decimals: number): number;
  readonly arrayEnd: WebAssembly.Global;
  readonly scanEnd: WebAssembly.Global;
  readonly spansEnd: WebAssembly.Global;
  writeRows(
    cells: number,
    rows: number,
    columns: number,
    separator: number,
    rowStart: number,
    rowEnd: number,
    lineEnd: number,
    nan: bigint,
    nanLength: number,
    out: number,
  ): number;
  unitRows(rows: number, count: number, d: number, zeroAs: number, centred: boolean): number;
  pack64(rows: number, count: number, d: number, width: number, panels: number): void;
  pack32(rows: number, count: number, d: number, width: number, panels: number): void;
  multiply64: Multiply;
  multiply32: Multiply;
  products32: Multiply;
  manhattan64: Multiply;
  chebyshev64: Multiply;
  squares64: Multiply;
  roots64: Multiply;
  squaresOfProducts(
    cells: number,
    rows: number,
    columns: number,
    left: number,
    right: number,
    threshold: number,
    roots: boolean,
  ): number;
  clipCells: Clip;
  clipFloats: Clip;
  rangeOfCells: RangeOf;
  rangeOfFloats: RangeOf;
  widenRows(floats: number, rows: number, columns: number, cells: number, stride: number): void;
  scanAnchor(row: number, columns: number, positive: number, tolerance: number, hard: boolean, out: number): void;
  kthGreatest(cells: number, count: number, k: number, heap: number): number;
  listWithin(cells: number, count: number, lowest: number, greatest: number, list: number): number;
  countAbove(cells: number, count: number, bound: number): number;
  useCandidates(
    lists: number,
    bounds: number,
    counts: number,
    margins: number,
    capacity: number,
    k: number,
    heap: number,
    selfOffset: number,
  ): void;
  finishCandidates(row: number): number;
  gatherRows: Gather;
  gatherColumns: Gather;
  listReaching(
    cells: number,
    rows: number,
    columns: number,
    stride: number,
    bounds: number,
    how: number,
    terms: number,
    list: number,
  ): number;
  indexOfCell(row: number, count: number, except: number, value: number): number;
  summarizeCells(cells: number, count: number, unit: number, out: number): void;
  countInBins(
    cells: number,
    count: number,
    summary: number,
    unit: number,
    scale: number,
    counters: number,
    mask: number,
    list: number,
  ): number;
  readonly squaredDeviations: WebAssembly.Global;
  listNearEdges(cells: number, count: number, scale: number, distance: number, list: number): number;
  makeTable(table: number, sorted: number, count: number, starts: number): void;
  sumAbove(cells: number, list: number, listed: number, table: number, tolerance: number, places: number): number;
  readonly above: WebAssembly.Global;
  countNearerEach(
    cells: number,
    count: number,
    table: number,
    tolerance: number,
    less: boolean,
    between: number,
    nearer: number,
  ): number;
  countNearer(cells: number, count: number, score: number, tolerance: number, less: boolean): number;
  areFinite(floats: number, count: number): boolean;
  pairSums: PairSums;
  quickPairSums: PairSums;
  sumPotentials(cells: number, count: number, out: number): void;
  countDifferences(row: number, rows: number, count: number, vectors: number, counts: number): void;
  keepNearestBits(
    how: number,
    differing: number,
    set: number,
    count: number,
    own: number,
    firstRow: number,
    except: number,
    k: number,
    nearest: number,
  ): void;
  listNearBits(
    how: number,
    differing: number,
    set: number,
    count: number,
    own: number,
    firstRow: number,
    after: number,
    limit: number,
    list: number,
  ): number;
  scoreBits(how: number, differing: number, set: number, count: number, own: number, cells: number): void;
}

type Clip = (
  cells: number,
  rows: number,
  columns: number,
  stride: number,
  nearOne: number,
  list: number,
  capacity: number,
) => number;

type RangeOf = (cells: number, rows: number, columns: number, stride: number, out: number) => void;

type PairSums = (x: number, y: number, rows: number, d: number, out: number) => void;

type Gather = (
  cells: number,
  rows: number,
  columns: number,
  stride: number,
  firstRow: number,
  firstColumn: number,
  how: number,
  terms: number,
) => void;

/** Computes a block of cells from packed rows; rows of cells are `stride` cells apart. */
export type Multiply = (
  a: number,
  rows: number,
  b: number,
  columns: number,
  d: number,
  c: number,
  stride: number,
  corner: number,
) => void;

/** The parts that a worker needs to run the same kernels on the same memory. */
export interface KernelSource {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly relaxed: boolean;
}

const PAGE_BYTES = 1 << 16;
const MOST_PAGES = 1 << 16;
/** The static tables of the kernels are below this address. */
const SCRATCH = 1 << 16;
const FIRST_FREE = SCRATCH + 64;

/** The compiled kernels on a memory that all threads share, up to 4 GiB of it, and an allocator for that memory. */
export class Kernels implements KernelSource {
  readonly call: KernelExports;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly relaxed: boolean;
  /** Memory for a few numbers that a kernel returns to the main thread. */
  readonly scratch = SCRATCH;
  private next = FIRST_FREE;
  private readonly free = new Map<number, number[]>();
  private readonly sizes = new Map<number, number>();

  constructor({ module, memory, relaxed }: KernelSource) {
    this.module = module;
    this.memory = memory;
    this.relaxed = relaxed;
    const exactDouble = (text: number, length: number) => Number(this.bytes(text, length).toString("latin1"));
    const instance = new WebAssembly.Instance(module, { env: { memory, exactDouble } });
    this.call = instance.exports as unknown as KernelExports;
  }

  /**
   * Allocates memory on a cache line of its own; called by the main thread only.
   *
   * @throws {RangeError} when 4 GiB are in use.
   */
  allocate(bytes: number): number {
    const size = 2 ** Math.ceil(Math.log2(Math.max(64, bytes)));
    const address = this.free.get(size)?.pop() ?? this.extend(size);
    this.sizes.set(address, size);
    return address;
  }

  /** Returns doubles on a cache line of their own. `release` frees them. */
  allocateDoubles(length: number): Float64Array {
    return this.doubles(this.allocate(8 * length), length);
  }

  /** Returns the address of a copy of some numbers. `release` frees it. */
  copyOf(numbers: Numbers): number {
    const address = this.allocate(numbers.byteLength);
    const isDouble = numbers instanceof Float64Array;
    const copy = isDouble ? this.doubles(address, numbers.length) : this.floats(address, numbers.length);
    copy.set(numbers);
    return address;
  }

  release(memory: number | Float64Array): void {
    const address = typeof memory === "number" ? memory : memory.byteOffset;
    const size = this.sizes.get(address) ?? 0;
    const list = this.free.get(size);
    if (list) list.push(address);
    else this.free.set(size, [address]);
  }

  bytes(address: number, length: number): Buffer {
    return Buffer.from(this.bufferTo(address + length), address, length);
  }

  doubles(address: number, length: number): Float64Array<SharedArrayBuffer> {
    return new Float64Array(this.bufferTo(address + 8 * length), address, length);
  }

  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.bufferTo(address + 4 * length), address, length);
  }

  integers(address: number, length: number): Uint32Array {
    return new Uint32Array(this.bufferTo(address + 4 * length), address, length);
  }

  /** Returns the memory, at lowest up to `end`: other threads notice its growth with a delay. */
  private bufferTo(end: number): SharedArrayBuffer {
    if (end > this.memory.buffer.byteLength) this.memory.grow(0);
    return this.memory.buffer;
  }

  /** Returns the address of `values` in this memory; null for other arrays. */
  addressOf({ buffer, byteOffset }: Numbers): number | null {
    return this.views.has(buffer) || buffer === this.memory.buffer ? byteOffset : null;
  }

  /** The buffer objects of this memory before it grew. */
  private readonly views = new WeakSet<object>();

  private extend(size: number): number {
    const address = this.next;
    const pages = Math.ceil((address + size) / PAGE_BYTES) - this.memory.buffer.byteLength / PAGE_BYTES;
    if (pages > 0) {
      this.views.add(this.memory.buffer);
      this.memory.grow(pages);
    }
    this.next = address + size;
    return address;
  }
}

let loaded: Kernels | null = null;
let beforeCompile: () => void = () => {};

/** Sets a function to call before the kernels are compiled. A program that owns its process can set V8 flags in it. */
export function onCompile(callback: () => void): void {
  beforeCompile = callback;
}

/** Returns the kernels of this process, which are compiled on first use. */
export function loadKernels(): Kernels {
  if (loaded) return loaded;
  beforeCompile();
  const [module, relaxed] = compile();
  const memory = new WebAssembly.Memory({ initial: 2, maximum: MOST_PAGES, shared: true });
  loaded = new Kernels({ module, memory, relaxed });
  loaded.call.start();
  loaded.call.computePowers();
  return loaded;
}

/** Returns the kernels; null until they have been loaded. */
export const loadedKernels = (): Kernels | null => loaded;

/** Compiles the kernels, with relaxed SIMD (fused multiplication and addition) where Node has it: 22, and 20 with a flag. */
function compile(): [WebAssembly.Module, boolean] {
  const relaxed = readFileSync(new URL("../kernels/relaxed.wasm", import.meta.url));
  try {
    return [new WebAssembly.Module(relaxed), true];
  } catch {
    return [new WebAssembly.Module(readFileSync(new URL("../kernels/plain.wasm", import.meta.url))), false];
  }
}
