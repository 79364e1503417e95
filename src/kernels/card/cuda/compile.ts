import { CardError } from "../card.js";
import type { CudaCalls } from "./cuda-calls.js";
import { CUDA_KERNELS } from "./kernels.js";

/**
 * Compiles the kernels with NVRTC.
 *
 * @param capability the compute capability of the card: 90 for 9.0.
 * @returns machine code, or PTX for a card that is newer than the compiler.
 */
export function compileKernels(calls: CudaCalls, capability: number): Uint8Array {
  const known = new Int32Array(calls.askInt("nvrtcGetNumSupportedArchs"));
  calls.call("nvrtcGetSupportedArchs", known);
  const target = known.reduce((best, arch) => (arch <= capability && arch > best ? arch : best), 0);
  if (target === 0)
    throw new CardError(`the compiler NVRTC has no target for a card of compute capability ${capability / 10}`);
  const isOwn = target === capability;
  const handle = new BigUint64Array(1);
  calls.call("nvrtcCreateProgram", handle, CUDA_KERNELS, "simcli.cu", 0, null, null);
  const [program] = handle;
  try {
    const options = [`--gpu-architecture=${isOwn ? "sm" : "compute"}_${target}`, "--fmad=false"];
    try {
      calls.call("nvrtcCompileProgram", program, options.length, options);
    } catch {
      throw new CardError(`the compiler NVRTC refused the kernels: ${logOf(calls, program)}`);
    }
    const code = new Uint8Array(sizeBy(calls, isOwn ? "nvrtcGetCUBINSize" : "nvrtcGetPTXSize", program));
    calls.call(isOwn ? "nvrtcGetCUBIN" : "nvrtcGetPTX", program, code);
    return code;
  } finally {
    calls.call("nvrtcDestroyProgram", handle);
  }
}

function sizeBy(
  calls: CudaCalls,
  name: "nvrtcGetCUBINSize" | "nvrtcGetPTXSize" | "nvrtcGetProgramLogSize",
  program: bigint,
): number {
  const bytes = new BigUint64Array(1);
  calls.call(name, program, bytes);
  return Number(bytes[0]);
}

/** Returns the first error of a compilation. */
function logOf(calls: CudaCalls, program: bigint): string {
  const log = new Uint8Array(sizeBy(calls, "nvrtcGetProgramLogSize", program));
  calls.call("nvrtcGetProgramLog", program, log);
  const lines = Buffer.from(log).toString("latin1").split("\n");
  return lines.find((line) => line.includes("error")) ?? lines[0];
}
