import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { Koffi } from "../../koffi.js";
import { libraryPath } from "../../library-path.js";
import { CardError } from "../card.js";

/** A native library. */
export type Library = ReturnType<Koffi["load"]>;

/** The libraries of CUDA that simcli calls. */
export interface CudaLibraries {
  /** Of the driver. */
  readonly driver: Library;
  readonly cublas: Library;
  /** The compiler of kernels. */
  readonly nvrtc: Library;
}

interface Names {
  readonly driver: readonly string[];
  readonly cublas: readonly string[];
  readonly nvrtc: readonly string[];
  /** Folders in which they may be, besides those that the system searches. */
  readonly folders: readonly string[];
}

const VERSIONS = [13, 12, 11];

const LINUX: Names = {
  driver: ["libcuda.so.1"],
  cublas: [...VERSIONS.map((version) => `libcublas.so.${version}`), "libcublas.so"],
  nvrtc: ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"],
  folders: ["/usr/local/cuda/lib64", "/opt/cuda/lib64"],
};

/** The toolkit's folder, which its installer sets. */
const { CUDA_PATH } = process.env;
const WINDOWS: Names = {
  driver: ["nvcuda.dll"],
  cublas: VERSIONS.map((version) => `cublas64_${version}.dll`),
  nvrtc: ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll"],
  folders: CUDA_PATH ? [join(CUDA_PATH, "bin"), join(CUDA_PATH, "bin", "x64")] : [],
};

/**
 * Opens the libraries of CUDA.
 *
 * @param path the folders of cuBLAS and NVRTC, separated as those of PATH, to be searched first.
 * @throws {CardError} that names the first library that is not there.
 */
export function openCudaLibraries(koffi: Koffi, path: string | undefined): CudaLibraries {
  const names = process.platform === "win32" ? WINDOWS : LINUX;
  const given = (path ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const folder of given) {
    if (!isAbsolute(folder) || !existsSync(folder)) {
      throw new CardError(`SIMCLI_CUDA: ${folder} is not the absolute path of a folder`);
    }
  }
  const folders = [...given, "", ...names.folders];
  return {
    driver: openFirst(koffi, names.driver, [...given, ""], "driver of NVIDIA"),
    cublas: openFirst(koffi, names.cublas, folders, "cuBLAS"),
    nvrtc: openFirst(koffi, names.nvrtc, folders, "NVRTC"),
  };
}

/** @param folders are searched for these names in turn; an empty one stands for those of the system. */
function openFirst(koffi: Koffi, names: readonly string[], folders: readonly string[], what: string): Library {
  let reason = `found no ${what} (${names[0]})`;
  for (const folder of folders) {
    for (const name of names) {
      const path = folder === "" ? name : join(folder, name);
      if (folder !== "" && !existsSync(path)) continue;
      try {
        return koffi.load(libraryPath(path));
      } catch (error) {
        // A library that is there and cannot be opened says more than one that is not.
        if (folder !== "") reason = error instanceof Error ? error.message : String(error);
      }
    }
  }
  throw new CardError(reason);
}
