/*
 * Stands for the driver of NVIDIA, cuBLAS and NVRTC in the tests: "the card" is the memory of this process, and the kernels are
 * loops. SIMCLI_STUB_FAIL="NAME:N" makes the N-th call of a function fail; SIMCLI_STUB_LOG names a file that gets a line for
 * each call.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t u64;
typedef uint32_t u32;

enum { FAILED = 700, OUT_OF_MEMORY = 2 };

static size_t taken = 0;

/* Returns an error if this call is the one that fails. */
static int begin(const char *name) {
  const char *log = getenv("SIMCLI_STUB_LOG");
  if (log) {
    FILE *file = fopen(log, "a");
    fprintf(file, "%s\n", name);
    fclose(file);
  }
  const char *fails = getenv("SIMCLI_STUB_FAIL");
  if (!fails) return 0;
  const size_t length = strlen(name);
  if (strncmp(fails, name, length) != 0 || fails[length] != ':') return 0;
  static int calls = 0;
  return ++calls == atoi(fails + length + 1) ? FAILED : 0;
}

#define BEGIN \
  do { \
    const int code = begin(__func__); \
    if (code) return code; \
  } while (0)

int cuGetErrorName(int code, const char **name) {
  *name = code == OUT_OF_MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_ILLEGAL_ADDRESS";
  return 0;
}
int cuInit(u32 flags) { BEGIN; return 0; }
int cuDriverGetVersion(int *version) { BEGIN; *version = 12040; return 0; }
int cuDeviceGetCount(int *count) { BEGIN; *count = getenv("SIMCLI_STUB_NO_CARD") ? 0 : 1; return 0; }
int cuDeviceGet(int *device, int ordinal) { BEGIN; *device = ordinal; return 0; }
int cuDeviceGetName(char *name, int bytes, int device) { BEGIN; snprintf(name, bytes, "Stub card"); return 0; }
int cuDeviceGetAttribute(int *value, int attribute, int device) { BEGIN; *value = attribute == 75 ? 9 : 0; return 0; }
int cuDevicePrimaryCtxRetain(u64 *context, int device) { BEGIN; *context = 1; return 0; }
int cuDevicePrimaryCtxRelease_v2(int device) { BEGIN; return 0; }
int cuCtxSetCurrent(u64 context) { BEGIN; return context == 1 ? 0 : 201; }

static size_t total(void) {
  const char *bytes = getenv("SIMCLI_STUB_BYTES");
  return bytes ? strtoull(bytes, 0, 10) : (size_t)1 << 30;
}
int cuMemGetInfo_v2(size_t *free, size_t *all) { BEGIN; *free = *all = total(); return 0; }

struct header { size_t bytes; size_t padding; };

int cuMemAlloc_v2(u64 *address, size_t bytes) {
  BEGIN;
  if (taken + bytes > total()) return OUT_OF_MEMORY;
  struct header *header = malloc(sizeof *header + bytes);
  header->bytes = bytes;
  taken += bytes;
  /* Memory of a card holds what others left. */
  memset(header + 1, 0x7f, bytes);
  *address = (u64)(header + 1);
  return 0;
}
int cuMemFree_v2(u64 address) {
  BEGIN;
  struct header *header = (struct header *)address - 1;
  taken -= header->bytes;
  free(header);
  return 0;
}
int cuMemAllocHost_v2(u64 *address, size_t bytes) { BEGIN; *address = (u64)malloc(bytes); return 0; }
int cuMemFreeHost(u64 address) { BEGIN; free((void *)address); return 0; }
int cuMemcpyHtoDAsync_v2(u64 to, const void *from, size_t bytes, u64 stream) { BEGIN; memcpy((void *)to, from, bytes); return 0; }
int cuMemcpyDtoHAsync_v2(u64 to, u64 from, size_t bytes, u64 stream) { BEGIN; memcpy((void *)to, (void *)from, bytes); return 0; }
int cuStreamCreate(u64 *stream, u32 flags) { BEGIN; *stream = 2; return 0; }
int cuStreamDestroy_v2(u64 stream) { BEGIN; return 0; }
int cuEventCreate(u64 *event, u32 flags) { BEGIN; *event = 3; return 0; }
int cuEventRecord(u64 event, u64 stream) { BEGIN; return 0; }
int cuEventQuery(u64 event) {
  BEGIN;
  static int asked = 0;
  return ++asked % 2 ? 600 : 0;
}
int cuEventElapsedTime(float *milliseconds, u64 start, u64 end) { BEGIN; *milliseconds = 1; return 0; }
int cuEventDestroy_v2(u64 event) { BEGIN; return 0; }
int cuModuleLoadData(u64 *module, const void *image) { BEGIN; *module = 4; return strcmp(image, "code") ? 200 : 0; }

static const char *const KERNELS[] = {"gather1", "gather8", "reach"};
int cuModuleGetFunction(u64 *function, u64 module, const char *name) {
  BEGIN;
  for (int i = 0; i < 3; i++)
    if (!strcmp(KERNELS[i], name)) return *function = i, 0;
  return 500;
}

static float score_of(float product, int how, const float *terms, int column) {
  return how == 1 ? product - terms[column] : how == 2 ? product * terms[column] : product;
}

struct gather {
  const float *scores, *terms;
  u32 *entries, *counts;
  float *bounds;
  const float *margins;
  int64_t stride;
  int columns, first_row, first_column, how, capacity, first_list, k, self_offset;
};

static int descending(const void *a, const void *b) {
  const float x = *(const float *)a, y = *(const float *)b;
  return (x < y) - (x > y);
}

/* The k-th greatest score of the row itself: the greatest bound that a card may find. */
static void gather(const struct gather *p, int rows) {
  float *sorted = malloc(sizeof(float) * (p->columns + p->capacity));
  for (int row = 0; row < rows; row++) {
    const int at = p->first_row + row - p->first_list;
    const int self = p->first_row + row + p->self_offset - p->first_column;
    u32 *list = p->entries + 2 * (size_t)at * p->capacity;
    if (p->counts[at] > (u32)p->capacity) continue;
    int found = 0;
    for (u32 e = 0; e < p->counts[at]; e++) memcpy(&sorted[found++], &list[2 * e], 4);
    for (int j = 0; j < p->columns; j++) {
      const float score = score_of(p->scores[row * p->stride + j], p->how, p->terms, j);
      if (j != self && !isnan(score)) sorted[found++] = score;
    }
    qsort(sorted, found, sizeof *sorted, descending);
    if (found >= p->k) {
      const float bound = nextafterf(sorted[p->k - 1] - p->margins[at], -INFINITY);
      if (bound > p->bounds[at]) p->bounds[at] = bound;
    }
    u32 count = 0;
    for (u32 e = 0; e < p->counts[at]; e++) {
      float score;
      memcpy(&score, &list[2 * e], 4);
      if (!(score >= p->bounds[at])) continue;
      memmove(&list[2 * count++], &list[2 * e], 8);
    }
    for (int j = 0; j < p->columns; j++) {
      const float score = score_of(p->scores[row * p->stride + j], p->how, p->terms, j);
      if (j == self || !(score >= p->bounds[at])) continue;
      if (count < (u32)p->capacity) {
        memcpy(&list[2 * count], &score, 4);
        list[2 * count + 1] = p->first_column + j;
      }
      count++;
    }
    p->counts[at] = count;
  }
  free(sorted);
}

struct reach {
  const float *scores, *terms, *bounds;
  u32 *pairs, *count;
  int64_t stride;
  int columns, first_row, first_column, how;
  u32 capacity;
  int only_upper;
};

static void reach(const struct reach *p, int rows) {
  for (int row = 0; row < rows; row++) {
    for (int j = 0; j < p->columns; j++) {
      if (p->only_upper && p->first_column + j <= p->first_row + row) continue;
      if (!(score_of(p->scores[row * p->stride + j], p->how, p->terms, j) >= p->bounds[row])) continue;
      const u32 place = (*p->count)++;
      if (place >= p->capacity) continue;
      p->pairs[2 * place] = p->first_row + row;
      p->pairs[2 * place + 1] = p->first_column + j;
    }
  }
}

int cuLaunchKernel(u64 function, u32 grid_x, u32 grid_y, u32 grid_z, u32 block_x, u32 block_y, u32 block_z, u32 shared,
    u64 stream, void **parameters, void **extra) {
  BEGIN;
  if (extra[0] != (void *)1 || extra[2] != (void *)2 || extra[4] != 0) return 1;
  const size_t bytes = *(size_t *)extra[3];
  if (function <= 1) {
    if (bytes != sizeof(struct gather)) return 1;
    gather(extra[1], grid_x);
  } else {
    if (bytes != sizeof(struct reach)) return 1;
    reach(extra[1], grid_x);
  }
  return 0;
}

int cublasCreate_v2(u64 *handle) { BEGIN; *handle = 5; return 0; }
int cublasDestroy_v2(u64 handle) { BEGIN; return 0; }
int cublasSetStream_v2(u64 handle, u64 stream) { BEGIN; return 0; }
int cublasSetMathMode(u64 handle, int mode) { BEGIN; return mode == 2 ? 0 : 7; }
#define GEMM(NAME, REAL)                                                                                              \
  int NAME(u64 handle, int of_a, int of_b, int m, int n, int k, const REAL *alpha, const REAL *a, int lda,           \
      const REAL *b, int ldb, const REAL *beta, REAL *c, int ldc) {                                                   \
    BEGIN;                                                                                                            \
    if (of_a != 1 || of_b != 0 || *alpha != 1 || *beta != 0 || lda < k || ldb < k || ldc < m) return 7;               \
    for (int j = 0; j < n; j++) {                                                                                     \
      for (int i = 0; i < m; i++) {                                                                                   \
        REAL sum = 0;                                                                                                 \
        for (int l = 0; l < k; l++) sum += a[(size_t)i * lda + l] * b[(size_t)j * ldb + l];                           \
        c[(size_t)j * ldc + i] = sum;                                                                                 \
      }                                                                                                               \
    }                                                                                                                 \
    return 0;                                                                                                         \
  }
GEMM(cublasSgemm_v2, float)
GEMM(cublasDgemm_v2, double)

int nvrtcGetNumSupportedArchs(int *count) { BEGIN; *count = 2; return 0; }
int nvrtcGetSupportedArchs(int *archs) { BEGIN; archs[0] = 75; archs[1] = 90; return 0; }
int nvrtcCreateProgram(u64 *program, const char *source, const char *name, int headers, void *sources, void *names) {
  BEGIN;
  *program = 6;
  return 0;
}
int nvrtcCompileProgram(u64 program, int count, const char **options) {
  BEGIN;
  return count == 2 && !strcmp(options[0], "--gpu-architecture=sm_90") ? 0 : 6;
}
int nvrtcGetProgramLogSize(u64 program, size_t *bytes) { BEGIN; *bytes = 22; return 0; }
int nvrtcGetProgramLog(u64 program, char *log) { BEGIN; strcpy(log, "simcli.cu(1): error 7"); return 0; }
int nvrtcGetCUBINSize(u64 program, size_t *bytes) { BEGIN; *bytes = 5; return 0; }
int nvrtcGetCUBIN(u64 program, char *code) { BEGIN; strcpy(code, "code"); return 0; }
int nvrtcGetPTXSize(u64 program, size_t *bytes) { BEGIN; *bytes = 5; return 0; }
int nvrtcGetPTX(u64 program, char *code) { BEGIN; strcpy(code, "code"); return 0; }
int nvrtcDestroyProgram(u64 *program) { BEGIN; *program = 0; return 0; }
