const lanes = { float64: 2, float32: 4 };
/** More chains of sums than a CPU has FMAs in flight (4 cycles, 2 a cycle), few enough for its 16 registers. */
const chains = 10;
const unrolled = 4;

/** Opcodes after the SIMD prefix, and the constant 1. */
const code = {
  float64: {
    splat: [0x14],
    fma: [0x87, 2],
    multiply: [0xf2, 1],
    add: [0xf0, 1],
    one: [0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
  },
  float32: { splat: [0x13], fma: [0x85, 2], multiply: [0xe6, 1], add: [0xe4, 1], one: [0x43, 0, 0, 0x80, 0x3f] },
};

/**
 * The largest rate of 128-bit multiplications and additions that WebAssembly reaches, which bounds simcli's own kernels: a
 * function of a number of turns, which uses registers only, and the operations of a turn. They are fused where Node has
 * relaxed SIMD, as in the kernels.
 */
export function wasmFma(precision) {
  const fused = moduleOf(precision, true);
  const module = new WebAssembly.Module(WebAssembly.validate(fused) ? fused : moduleOf(precision, false));
  const { turn } = new WebAssembly.Instance(module).exports;
  return { turn, operations: 2 * lanes[precision] * chains * unrolled };
}

function moduleOf(precision, isFused) {
  const { splat, fma, multiply, add, one } = code[precision];
  const simd = (opcode) => [0xfd, ...opcode];
  const get = (local) => [0x20, local];
  const set = (local) => [0x21, local];
  const sums = Array.from({ length: chains }, (_, chain) => chain + 1);
  const [x, y] = [chains + 1, chains + 2];
  const step = (sum) =>
    isFused
      ? [...get(x), ...get(y), ...get(sum), ...simd(fma), ...set(sum)]
      : [...get(x), ...get(y), ...simd(multiply), ...get(sum), ...simd(add), ...set(sum)];
  const body = [
    ...[x, y].flatMap((factor) => [...one, ...simd(splat), ...set(factor)]),
    ...[0x03, 0x40], // loop
    ...Array.from({ length: unrolled }, () => sums.flatMap(step)).flat(),
    ...[...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b], // until the turns are none
    // the sums are used, so that none is optimised away
    ...sums.flatMap((sum, index) => [...get(sum), ...simd([0x1b, 0]), ...(index > 0 ? [0x6a] : [])]),
    0x0b,
  ];
  const functionBytes = [1, chains + 2, 0x7b, ...body];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7f]),
    ...section(3, [1, 0]),
    ...section(7, [1, 4, ...Buffer.from("turn"), 0, 0]),
    ...section(10, [1, ...leb(functionBytes.length), ...functionBytes]),
  ]);
}

const section = (id, bytes) => [id, ...leb(bytes.length), ...bytes];
const leb = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);
