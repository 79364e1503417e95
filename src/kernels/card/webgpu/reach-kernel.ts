import { INVOCATIONS, LANES, SCORES } from "./scores.js";

/** An invocation lists those of four cells that reach the bound of their row. A workgroup takes its places in the list at once. */
export const REACH = /* wgsl */ `
${SCORES}
@group(0) @binding(3) var<storage, read> bounds: array<f32>;
@group(0) @binding(4) var<storage, read_write> pairs: array<vec2u>;
@group(0) @binding(5) var<storage, read_write> count: atomic<u32>;

var<workgroup> found: atomic<u32>;
var<workgroup> start: u32;

@compute @workgroup_size(${INVOCATIONS})
fn reach(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y + groups.y * group.z;
  if (row >= block.rows) {
    return;
  }
  if (lane == 0u) {
    atomicStore(&found, 0u);
  }
  workgroupBarrier();
  let quad = group.x * ${INVOCATIONS}u + lane;
  let column = block.firstColumn + ${LANES}u * quad;
  var reaches = vec4<bool>(false);
  if (${LANES}u * quad < block.columns) {
    let bound = boundKeyOf(bounds[row]);
    reaches = scoreKeys(row, quad) >= vec4u(bound);
    if (block.onlyUpper != 0u) {
      reaches &= vec4u(column, column + 1u, column + 2u, column + 3u) > vec4u(block.firstRow + row);
    }
  }
  let ones = select(vec4u(0u), vec4u(1u), reaches);
  let own = ones.x + ones.y + ones.z + ones.w;
  var at = 0u;
  if (own > 0u) {
    at = atomicAdd(&found, own);
  }
  workgroupBarrier();
  if (lane == 0u) {
    let all = atomicLoad(&found);
    start = 0u;
    if (all > 0u) {
      start = atomicAdd(&count, all);
    }
  }
  at += workgroupUniformLoad(&start);
  for (var i = 0u; i < ${LANES}u; i++) {
    if (reaches[i]) {
      if (at < block.capacity) {
        pairs[at] = vec2u(block.firstRow + row, column + i);
      }
      at++;
    }
  }
}
`;
