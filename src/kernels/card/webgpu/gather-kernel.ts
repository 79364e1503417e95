import { INVOCATIONS, LANES, MOST_WORKGROUPS, SCORES } from "./scores.js";

/** An invocation reads every second of its vectors into one set of stripes, the others into another one. */
const SETS = 2;
/** A row is read in so many stripes: one for each component of a vector. */
const STRIPES = INVOCATIONS * LANES * SETS;
const STEP = INVOCATIONS * SETS;

/** Of more, the k-th greatest maximum of a stripe is so small that many more scores are greater. */
export const MOST_NEAREST = STRIPES / 2;

/**
 * A workgroup gathers the candidates of a row: it finds the maximum of each stripe of the row, then the k-th greatest of these
 * maxima and of the scores in the list, which is the new bound. It removes entries of the list below the bound, and adds
 * the scores that reach it, which are in stripes whose maximum does.
 */
export const GATHER = /* wgsl */ `
${SCORES}
@group(0) @binding(3) var<storage, read_write> entries: array<vec2u>;
@group(0) @binding(4) var<storage, read_write> counts: array<u32>;
@group(0) @binding(5) var<storage, read_write> bounds: array<f32>;
@group(0) @binding(6) var<storage, read> margins: array<f32>;

/** A share of a number that is greater than the error of two roundings. */
const TWO_ROUNDINGS = 2.384185791015625e-7;

var<workgroup> listed: u32;
var<workgroup> hits: atomic<u32>;
var<workgroup> kept: atomic<u32>;
/** For each bit of a key: how many keys have at least the value that is tried. */
var<workgroup> reaching: array<atomic<u32>, 32>;

fn keysOf(row: u32, quad: u32) -> vec4u {
  let own = block.firstRow + row + block.selfOffset - block.firstColumn - ${LANES}u * quad;
  let keys = scoreKeys(row, quad);
  return select(keys, vec4u(NOT_WANTED), vec4u(own) == vec4u(0u, 1u, 2u, 3u));
}

fn quadsOfRow() -> u32 {
  return (block.columns + ${LANES - 1}u) / ${LANES}u;
}

fn countReaching(keys: vec4u, key: u32) -> u32 {
  let reach = select(vec4u(0u), vec4u(1u), keys >= vec4u(key));
  return reach.x + reach.y + reach.z + reach.w;
}

fn keep(place: u32, key: u32, bound: u32, column: u32) {
  if (key < bound) {
    return;
  }
  let at = atomicAdd(&kept, 1u);
  if (at < block.capacity) {
    entries[place + at] = vec2u(bitcast<u32>(numberOf(key)), block.firstColumn + column);
  }
}

/** Keeps what reaches the bound in the stripes that begin with a vector. */
fn keepStripes(row: u32, place: u32, bound: u32, first: u32) {
  let quads = quadsOfRow();
  for (var quad = first; quad < quads; quad += ${STEP}u) {
    let keys = keysOf(row, quad);
    let column = ${LANES}u * quad;
    keep(place, keys.x, bound, column);
    keep(place, keys.y, bound, column + 1u);
    keep(place, keys.z, bound, column + 2u);
    keep(place, keys.w, bound, column + 3u);
  }
}

@compute @workgroup_size(${INVOCATIONS})
fn gather(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x + ${MOST_WORKGROUPS}u * group.y;
  if (row >= block.rows) {
    return;
  }
  let list = block.firstRow + row - block.firstList;
  let place = list * block.capacity;
  let quads = quadsOfRow();
  if (lane == 0u) {
    listed = counts[list];
    atomicStore(&hits, 0u);
    atomicStore(&kept, 0u);
  }
  if (lane < 32u) {
    atomicStore(&reaching[lane], 0u);
  }
  let count = workgroupUniformLoad(&listed);
  // A list that has lost entries stays open.
  if (count > block.capacity) {
    return;
  }

  var bound = boundKeyOf(bounds[list]);
  var maxima = vec4u(NOT_WANTED);
  var others = vec4u(NOT_WANTED);
  for (var quad = lane; quad < quads; quad += ${STEP}u) {
    maxima = max(maxima, keysOf(row, quad));
    if (quad + ${INVOCATIONS}u < quads) {
      others = max(others, keysOf(row, quad + ${INVOCATIONS}u));
    }
  }
  if (any(max(maxima, others) >= vec4u(bound))) {
    atomicAdd(&hits, 1u);
  }
  workgroupBarrier();
  if (workgroupUniformLoad(&hits) == 0u) {
    return;
  }

  // The k-th greatest key, bit by bit; 0 if there are fewer than k.
  var own = NOT_WANTED;
  if (lane < count) {
    own = keyOf(bitcast<f32>(entries[place + lane].x));
  }
  var kth = 0u;
  for (var bit = 0u; bit < 32u; bit++) {
    let tried = kth | (0x80000000u >> bit);
    var reach = countReaching(maxima, tried) + countReaching(others, tried) + select(0u, 1u, own >= tried);
    for (var entry = lane + ${INVOCATIONS}u; entry < count; entry += ${INVOCATIONS}u) {
      reach += select(0u, 1u, keyOf(bitcast<f32>(entries[place + entry].x)) >= tried);
    }
    if (reach > 0u) {
      atomicAdd(&reaching[bit], reach);
    }
    workgroupBarrier();
    if (atomicLoad(&reaching[bit]) >= block.k) {
      kth = tried;
    }
  }
  if (kth != 0u) {
    let lowest = numberOf(kth) - margins[list];
    bound = max(bound, keyOf(lowest - abs(lowest) * TWO_ROUNDINGS));
  }

  // An entry moves to a place whose entry has been read, by this step or one before.
  for (var first = 0u; first < count; first += ${INVOCATIONS}u) {
    var entry = vec2u(0u);
    if (first + lane < count) {
      entry = entries[place + first + lane];
    }
    storageBarrier();
    workgroupBarrier();
    if (first + lane < count && keyOf(bitcast<f32>(entry.x)) >= bound) {
      entries[place + atomicAdd(&kept, 1u)] = entry;
    }
  }
  workgroupBarrier();

  if (any(maxima >= vec4u(bound))) {
    keepStripes(row, place, bound, lane);
  }
  if (any(others >= vec4u(bound))) {
    keepStripes(row, place, bound, lane + ${INVOCATIONS}u);
  }
  workgroupBarrier();
  if (lane == 0u) {
    counts[list] = atomicLoad(&kept);
    bounds[list] = numberOf(bound);
  }
}
`;
