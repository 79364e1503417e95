import { CardError } from "../card.js";
import type { CudaLibraries, Library } from "./cuda-libraries.js";

/** A handle or an address on the card. */
export type Address = number | bigint;

const SUCCESS = 0;
/** The result of a query for work that is not done. */
const NOT_READY = 600;

/** The functions of the driver, https://docs.nvidia.com/cuda/cuda-driver-api; those without suffix are of its first version. */
const DRIVER = [
  "int cuInit(uint32_t flags)",
  "int cuDriverGetVersion(void *version)",
  "int cuDeviceGetCount(void *count)",
  "int cuDeviceGet(void *device, int ordinal)",
  "int cuDeviceGetName(void *name, int bytes, int device)",
  "int cuDeviceGetAttribute(void *value, int attribute, int device)",
  "int cuDevicePrimaryCtxRetain(void *context, int device)",
  "int cuDevicePrimaryCtxRelease_v2(int device)",
  "int cuCtxSetCurrent(uint64_t context)",
  "int cuMemGetInfo_v2(void *free, void *total)",
  "int cuMemAlloc_v2(void *address, size_t bytes)",
  "int cuMemFree_v2(uint64_t address)",
  "int cuMemAllocHost_v2(void *address, size_t bytes)",
  "int cuMemFreeHost(uint64_t address)",
  "int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes, uint64_t stream)",
  "int cuMemcpyDtoHAsync_v2(uint64_t to, uint64_t from, size_t bytes, uint64_t stream)",
  "int cuStreamCreate(void *stream, uint32_t flags)",
  "int cuStreamDestroy_v2(uint64_t stream)",
  "int cuEventCreate(void *event, uint32_t flags)",
  "int cuEventRecord(uint64_t event, uint64_t stream)",
  "int cuEventQuery(uint64_t event)",
  "int cuEventElapsedTime(void *milliseconds, uint64_t start, uint64_t end)",
  "int cuEventDestroy_v2(uint64_t event)",
  "int cuModuleLoadData(void *module, const void *image)",
  "int cuModuleGetFunction(void *function, uint64_t module, const char *name)",
  "int cuLaunchKernel(uint64_t function, uint32_t gridX, uint32_t gridY, uint32_t gridZ, uint32_t blockX, uint32_t blockY, uint32_t blockZ, uint32_t shared, uint64_t stream, void *parameters, void *extra)",
] as const;

/** https://docs.nvidia.com/cuda/cublas */
const CUBLAS = [
  "int cublasCreate_v2(void *handle)",
  "int cublasDestroy_v2(uint64_t handle)",
  "int cublasSetStream_v2(uint64_t handle, uint64_t stream)",
  "int cublasSetMathMode(uint64_t handle, int mode)",
  "int cublasSgemm_v2(uint64_t handle, int ofA, int ofB, int m, int n, int k, const void *alpha, uint64_t a, int lda, uint64_t b, int ldb, const void *beta, uint64_t c, int ldc)",
  "int cublasDgemm_v2(uint64_t handle, int ofA, int ofB, int m, int n, int k, const void *alpha, uint64_t a, int lda, uint64_t b, int ldb, const void *beta, uint64_t c, int ldc)",
] as const;

/** https://docs.nvidia.com/cuda/nvrtc */
const NVRTC = [
  "int nvrtcGetNumSupportedArchs(void *count)",
  "int nvrtcGetSupportedArchs(void *archs)",
  "int nvrtcCreateProgram(void *program, const char *source, const char *name, int headers, void *sources, void *names)",
  "int nvrtcCompileProgram(uint64_t program, int count, const char **options)",
  "int nvrtcGetProgramLogSize(uint64_t program, void *bytes)",
  "int nvrtcGetProgramLog(uint64_t program, void *log)",
  "int nvrtcGetCUBINSize(uint64_t program, void *bytes)",
  "int nvrtcGetCUBIN(uint64_t program, void *code)",
  "int nvrtcGetPTXSize(uint64_t program, void *bytes)",
  "int nvrtcGetPTX(uint64_t program, void *code)",
  "int nvrtcDestroyProgram(void *program)",
] as const;

type NameIn<D extends string> = D extends `int ${infer Name}(${string}` ? Name : never;
/** A function of CUDA that can be called. */
export type CudaFunction = NameIn<(typeof DRIVER)[number] | (typeof CUBLAS)[number] | (typeof NVRTC)[number]>;

/** Calls functions of CUDA, and throws a {@link CardError} for a result that is not success. */
export class CudaCalls {
  private readonly functions = new Map<string, (...args: unknown[]) => number>();
  private readonly textOf: (code: number) => string;

  constructor({ driver, cublas, nvrtc }: CudaLibraries) {
    const add = (library: Library, declarations: readonly string[]) => {
      for (const declaration of declarations) {
        const name = /^int (\w+)/.exec(declaration)?.[1] ?? "";
        this.functions.set(name, library.func(declaration));
      }
    };
    add(driver, DRIVER);
    add(cublas, CUBLAS);
    add(nvrtc, NVRTC);
    const nameOf = driver.func("int cuGetErrorName(int code, _Out_ const char **name)");
    this.textOf = (code) => {
      const name = [null];
      return nameOf(code, name) === SUCCESS && name[0] !== null ? String(name[0]) : `error ${code}`;
    };
  }

  call(name: CudaFunction, ...args: unknown[]): void {
    const code = this.code(name, ...args);
    if (code !== SUCCESS)
      throw new CardError(
        `${name} failed: ${name.startsWith("cu") && !name.startsWith("cublas") ? this.textOf(code) : `status ${code}`}`,
      );
  }

  /** Calls a function that writes a handle, an address or a size to its first argument, and returns that. */
  ask(name: CudaFunction, ...args: unknown[]): bigint {
    const out = new BigUint64Array(1);
    this.call(name, out, ...args);
    return out[0];
  }

  /** Calls a function that writes an int to its first argument, and returns that. */
  askInt(name: CudaFunction, ...args: unknown[]): number {
    const out = new Int32Array(2);
    this.call(name, out, ...args);
    return out[0];
  }

  /** Whether the work before an event is done. */
  isDone(event: Address): boolean {
    const code = this.code("cuEventQuery", event);
    if (code !== SUCCESS && code !== NOT_READY) throw new CardError(`the card stopped: ${this.textOf(code)}`);
    return code === SUCCESS;
  }

  private code(name: CudaFunction, ...args: unknown[]): number {
    const called = this.functions.get(name);
    if (!called) throw new Error(`no function ${name}`);
    return called(...args);
  }
}
