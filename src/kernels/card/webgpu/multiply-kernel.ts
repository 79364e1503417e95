/** A workgroup computes so many rows and columns of the product. */
export const TILE = 128;
const INVOCATIONS = 256;
/** Terms of the sums that are read at a time. */
const DEPTH = 16;
const LANES = 4;
const QUADS = TILE / LANES;

/** Bytes of workgroup memory of a tile of both sides; twice as much if the next is read meanwhile. */
export const TILE_BYTES = 2 * TILE * DEPTH * Float32Array.BYTES_PER_ELEMENT;

/** How the product is computed. */
export interface MultiplyVariant {
  /** Whether rows are read as vec4: d is a multiple of 4. */
  readonly byFours: boolean;
  /** Whether there are two tiles in workgroup memory. */
  readonly twoTiles: boolean;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const lines = (count: number, line: (i: number) => string): string => range(count).map(line).join("\n");

/**
 * WGSL of the product of two blocks of rows, written out without loops over registers.
 *
 * An invocation computes 8×8 cells: four rows and four columns in each half of the tile. Half of the invocations read
 * the left-hand rows, the others the right-hand rows: 4 rows × 4 components each, which they transpose, so that the tile has
 * vectors of four rows for each component. The place of a vector is `quad ^ 2·⌊component / 4⌋`: writes of
 * neighbouring invocations then go to different banks of the memory.
 */
export function multiplyKernel({ byFours, twoTiles }: MultiplyVariant): string {
  const tileVectors = DEPTH * QUADS;
  const tiles = twoTiles ? 2 : 1;
  const vectorAt = byFours
    ? (side: string) => `${side}[(${side}Start + row * product.d + at) / ${LANES}u]`
    : (side: string) => {
        const component = (c: number) =>
          `select(0.0, ${side}[${side}Start + row * product.d + min(at + ${c}u, product.d - 1u)], at + ${c}u < product.d)`;
        return `vec4f(${range(LANES).map(component).join(", ")})`;
      };
  const readFour = (side: string) =>
    lines(LANES, (r) => `      next${r} = ${side}At(firstRow + ${r}u, step + component);`);
  const readNext = `
    if (readsLeft) {
${readFour("left")}
    } else {
${readFour("right")}
  }`;
  const storeFour = (side: string) =>
    lines(LANES, (c) => {
      const components = range(LANES).map((r) => `next${r}[${c}]`);
      return `      ${side}Tile[tile + stored + ${c * QUADS}u] = vec4f(${components.join(", ")});`;
    });
  const storeNext = `
    if (readsLeft) {
${storeFour("left")}
    } else {
${storeFour("right")}
    }`;
  const multiplyAdd = lines(8, (r) => lines(2, (h) => `      sum${r}${h} += left${r >> 2}[${r & 3}] * right${h};`));
  const writeRow = (r: number) => {
    const row = `top + ${LANES}u * down + ${(r >> 2) * (TILE / 2) + (r & 3)}u`;
    const cells = (h: number) =>
      `    if (${LANES}u * quad${h} < product.columns) { scores[(${row}) * product.stride + quad${h}] = sum${r}${h}; }`;
    return `  if (${row} < product.rows) {\n${cells(0)}\n${cells(1)}\n  }`;
  };
  return /* wgsl */ `
struct Product {
  rows: u32,
  columns: u32,
  d: u32,
  /** Number of vec4 from row to row. */
  stride: u32,
  firstLeft: u32,
  firstRight: u32,
}

@group(0) @binding(0) var<uniform> product: Product;
@group(0) @binding(1) var<storage, read> left: array<${byFours ? "vec4f" : "f32"}>;
@group(0) @binding(2) var<storage, read> right: array<${byFours ? "vec4f" : "f32"}>;
@group(0) @binding(3) var<storage, read_write> scores: array<vec4f>;

var<workgroup> leftTile: array<vec4f, ${tiles * tileVectors}>;
var<workgroup> rightTile: array<vec4f, ${tiles * tileVectors}>;

/** Four components of a row, 0 beyond d. Rows beyond the last one are read as the last one; their cells are not written. */
fn leftAt(anyRow: u32, at: u32) -> vec4f {
  let row = min(anyRow, product.rows - 1u);
  let leftStart = product.firstLeft * product.d;
  if (at >= product.d) {
    return vec4f(0.0);
  }
  return ${vectorAt("left")};
}

fn rightAt(anyRow: u32, at: u32) -> vec4f {
  let row = min(anyRow, product.columns - 1u);
  let rightStart = product.firstRight * product.d;
  if (at >= product.d) {
    return vec4f(0.0);
  }
  return ${vectorAt("right")};
}

@compute @workgroup_size(${INVOCATIONS})
fn multiply(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let top = group.x * ${TILE}u;
  let start = group.y * ${TILE}u;
  // 32 neighbouring invocations compute 4 × 8 of these squares.
  let across = (lane & 7u) + ((lane >> 5u) & 1u) * 8u;
  let down = ((lane >> 3u) & 3u) + (lane >> 6u) * 4u;

  let readsLeft = lane < ${INVOCATIONS / 2}u;
  let component = (lane & 3u) * ${LANES}u;
  let quad = (lane & ${INVOCATIONS / 2 - 1}u) >> 2u;
  let firstRow = select(start, top, readsLeft) + quad * ${LANES}u;
  let stored = component * ${QUADS}u + (quad ^ (component >> 1u));

${lines(8, (r) => lines(2, (h) => `  var sum${r}${h} = vec4f(0.0);`))}
${lines(LANES, (r) => `  var next${r} = vec4f(0.0);`)}
  ${twoTiles ? "var" : "let"} tile = 0u;
  var step = 0u;
${readNext}
${storeNext}
  workgroupBarrier();
  for (; step < product.d;) {
    step += ${DEPTH}u;
${readNext}
    for (var c = 0u; c < ${DEPTH}u; c++) {
      let swap = (c >> 2u) << 1u;
      let leftFrom = tile + c * ${QUADS}u + (down ^ swap);
      let rightFrom = tile + c * ${QUADS}u + (across ^ swap);
      let left0 = leftTile[leftFrom];
      let left1 = leftTile[leftFrom + ${QUADS / 2}u];
      let right0 = rightTile[rightFrom];
      let right1 = rightTile[rightFrom + ${QUADS / 2}u];
${multiplyAdd}
    }
${twoTiles ? `    tile = ${tileVectors}u - tile;` : "    workgroupBarrier();"}
${storeNext}
    workgroupBarrier();
  }

  let quad0 = start / ${LANES}u + across;
  let quad1 = quad0 + ${QUADS / 2}u;
${lines(8, writeRow)}
}
`;
}
