/** Number of invocations of a workgroup that reads scores. */
export const INVOCATIONS = 256;
/** The number of components of a vec4. */
export const LANES = 4;
/** Maximum number of workgroups in one dimension of a dispatch, which every device has. */
export const MOST_WORKGROUPS = 65535;

/** How a product becomes a score, as the kernels know it. */
export const HOW = { "as it is": 0, minus: 1, times: 2 } as const;

/**
 * WGSL that reads scores. Shaders may assume that no number is NaN or infinite, so scores are compared by keys: integers in the
 * order of the numbers. The key of NaN, and of a cell that is not wanted, is 0, which is less than that of any number.
 */
export const SCORES = /* wgsl */ `
struct Block {
  rows: u32,
  columns: u32,
  /** Number of vec4 from row to row. */
  stride: u32,
  firstRow: u32,
  firstColumn: u32,
  /** The place of the term of the first column. */
  firstTerm: u32,
  /** Of the search. */
  k: u32,
  capacity: u32,
  firstList: u32,
  selfOffset: u32,
  onlyUpper: u32,
}

override how: u32;

const NOT_WANTED = 0u;
const BEYOND_ALL = 0xffffffffu;

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> products: array<vec4f>;
@group(0) @binding(2) var<storage, read> terms: array<f32>;

fn isNan(number: f32) -> bool {
  return (bitcast<u32>(number) & 0x7fffffffu) > 0x7f800000u;
}

fn keyOf(number: f32) -> u32 {
  let bits = bitcast<u32>(number);
  if (isNan(number)) {
    return NOT_WANTED;
  }
  // Both zeros have the key of +0.
  let magnitude = bits & 0x7fffffffu;
  return select(0x80000000u + magnitude, 0x80000000u - magnitude, bits > 0x80000000u);
}

fn numberOf(key: u32) -> f32 {
  let bits = select(key - 0x80000000u, 0x80000000u | (0x80000000u - key), key < 0x80000000u);
  return bitcast<f32>(bits);
}

/** The key of a bound: nothing reaches NaN. */
fn boundKeyOf(bound: f32) -> u32 {
  return select(keyOf(bound), BEYOND_ALL, isNan(bound));
}

fn scoreOf(product: f32, column: u32) -> f32 {
  if (how == ${HOW.minus}u) {
    return product - terms[block.firstTerm + column];
  }
  if (how == ${HOW.times}u) {
    return product * terms[block.firstTerm + column];
  }
  return product;
}

/** The key of the score of a column of the block; 0 beyond its last column. */
fn scoreKey(product: f32, column: u32) -> u32 {
  if (column >= block.columns) {
    return NOT_WANTED;
  }
  return keyOf(scoreOf(product, column));
}

/** The keys of four columns of a row of the block. */
fn scoreKeys(row: u32, quad: u32) -> vec4u {
  let four = products[row * block.stride + quad];
  let column = ${LANES}u * quad;
  return vec4u(
    scoreKey(four.x, column),
    scoreKey(four.y, column + 1u),
    scoreKey(four.z, column + 2u),
    scoreKey(four.w, column + 3u),
  );
}
`;
