/** Threads of a block of a kernel. */
export const THREADS = 256;
/** For each variant of `gather`: the number of maxima of a thread, and the largest k. */
export const GATHERS = [
  { name: "gather1", maxima: 1, mostNearest: 128 },
  { name: "gather8", maxima: 8, mostNearest: 1024 },
] as const;

/**
 * The kernels of simcli in CUDA C, which NVRTC compiles for the card.
 *
 * `gather` takes one block of threads for a row. First each thread finds the maxima of its share of the scores: the k-th greatest of
 * all maxima, and of the scores in the list, is at most the k-th greatest score of the row. Then the columns that reach it,
 * less the margin, are added to the list: of random scores, about k. Scores are ordered by their bits, as unsigned integers.
 */
export const CUDA_KERNELS = `
typedef unsigned int u32;
typedef long long i64;

enum { AS_IT_IS = 0, MINUS = 1, TIMES = 2 };

__device__ __forceinline__ float score_of(float product, int how, const float *terms, int column) {
  if (how == MINUS) return __fsub_rn(product, terms[column]);
  if (how == TIMES) return __fmul_rn(product, terms[column]);
  return product;
}

__device__ __forceinline__ u32 key_of(float x) {
  const u32 bits = __float_as_uint(x);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

__device__ __forceinline__ float float_of(u32 key) {
  return __uint_as_float(key & 0x80000000u ? key & 0x7fffffffu : ~key);
}

#define LEAST_KEY 0x007fffffu

template <int MAXIMA>
__device__ void gather_row(const float *scores, i64 stride, int columns, int first_row, int first_column,
    const float *terms, int how, uint2 *entries, u32 *counts, float *bounds, const float *margins, int capacity,
    int first_list, int k, int self_offset) {
  __shared__ u32 shared_count;
  const int row = blockIdx.x;
  const int at = first_row + row - first_list;
  const u32 before = counts[at];
  if (before > (u32)capacity) return;
  const float *own = scores + row * stride;
  const int self = first_row + row + self_offset - first_column;
  uint2 *list = entries + (i64)at * capacity;
  const int thread = threadIdx.x;
  const float4 *fours = (const float4 *)own;
  const int steps = (columns + 3) / 4;

  float maxima[MAXIMA];
  for (int s = 0; s < MAXIMA; s++) maxima[s] = __uint_as_float(0xff800000u);
  for (int base = thread; base < steps; base += ${THREADS} * MAXIMA) {
#pragma unroll
    for (int s = 0; s < MAXIMA; s++) {
      const int step = base + s * ${THREADS};
      if (step >= steps) break;
      const float4 four = fours[step];
      const float values[4] = {four.x, four.y, four.z, four.w};
#pragma unroll
      for (int l = 0; l < 4; l++) {
        const int column = 4 * step + l;
        if (column < columns && column != self) maxima[s] = fmaxf(maxima[s], score_of(values[l], how, terms, column));
      }
    }
  }

  u32 keys[MAXIMA];
  for (int s = 0; s < MAXIMA; s++) keys[s] = key_of(maxima[s]);
  u32 kth = 0;
  for (int bit = 31; bit >= 0; bit--) {
    const u32 tried = kth | (1u << bit);
    u32 reaching = 0;
    for (int s = 0; s < MAXIMA; s++) reaching += keys[s] >= tried;
    for (u32 e = thread; e < before; e += ${THREADS}) reaching += key_of(__uint_as_float(list[e].x)) >= tried;
    for (int offset = 16; offset > 0; offset >>= 1) reaching += __shfl_down_sync(0xffffffffu, reaching, offset);
    if (thread == 0) shared_count = 0;
    __syncthreads();
    if (thread % 32 == 0 && reaching > 0) atomicAdd(&shared_count, reaching);
    __syncthreads();
    if (shared_count >= (u32)k) kth = tried;
    __syncthreads();
  }
  float bound = bounds[at];
  if (kth > LEAST_KEY) bound = fmaxf(bound, __fsub_rd(float_of(kth), margins[at]));

  if (thread == 0) shared_count = 0;
  __syncthreads();
  for (u32 base = 0; base < before; base += ${THREADS}) {
    const u32 e = base + thread;
    const uint2 entry = e < before ? list[e] : make_uint2(0, 0);
    __syncthreads();
    if (e < before && __uint_as_float(entry.x) >= bound) list[atomicAdd(&shared_count, 1u)] = entry;
    __syncthreads();
  }
  for (int step = thread; step < steps; step += ${THREADS}) {
    const float4 four = fours[step];
    const float values[4] = {four.x, four.y, four.z, four.w};
#pragma unroll
    for (int l = 0; l < 4; l++) {
      const int column = 4 * step + l;
      if (column >= columns || column == self) continue;
      const float score = score_of(values[l], how, terms, column);
      if (!(score >= bound)) continue;
      const u32 place = atomicAdd(&shared_count, 1u);
      if (place < (u32)capacity) list[place] = make_uint2(__float_as_uint(score), first_column + column);
    }
  }
  __syncthreads();
  if (thread > 0) return;
  counts[at] = shared_count;
  bounds[at] = bound;
}

#define GATHER(MAXIMA) \\
  extern "C" __global__ void __launch_bounds__(${THREADS}) gather##MAXIMA(const float *scores, const float *terms, \\
      uint2 *entries, u32 *counts, float *bounds, const float *margins, i64 stride, int columns, int first_row, \\
      int first_column, int how, int capacity, int first_list, int k, int self_offset) { \\
    gather_row<MAXIMA>(scores, stride, columns, first_row, first_column, terms, how, entries, counts, bounds, margins, \\
        capacity, first_list, k, self_offset); \\
  }

${GATHERS.map(({ maxima }) => `GATHER(${maxima})`).join("\n")}

// Writes row and column of each cell that reaches the bound of its row: a block of threads for a row.
extern "C" __global__ void reach(const float *scores, const float *terms, const float *bounds, uint2 *pairs, u32 *count,
    i64 stride, int columns, int first_row, int first_column, int how, u32 capacity, int only_upper) {
  const int row = blockIdx.x;
  const float *own = scores + row * stride;
  const float bound = bounds[row];
  for (int column = threadIdx.x; column < columns; column += ${THREADS}) {
    if (only_upper && first_column + column <= first_row + row) continue;
    if (!(score_of(own[column], how, terms, column) >= bound)) continue;
    const u32 place = atomicAdd(count, 1u);
    if (place < capacity) pairs[place] = make_uint2(first_row + row, first_column + column);
  }
}
`;
