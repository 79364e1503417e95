import { existsSync } from "node:fs";
import { join } from "node:path";
import { CardError } from "#dist/kernels/card/card.js";
import { WebgpuCard } from "#dist/kernels/card/webgpu/webgpu-card.js";
import { loadKoffi } from "#dist/kernels/koffi.js";

/** Folders of Chromium and its relatives, which have a software card (SwiftShader) and a loader of Vulkan. */
const FOLDERS = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"];
const DRIVER = "vk_swiftshader_icd.json";

const folder = FOLDERS.find((candidate) => existsSync(join(candidate, DRIVER))) ?? "";

/** Variables with which a program finds the software card. */
export const softwareCardVariables = {
  VK_ICD_FILENAMES: join(folder, DRIVER),
  LD_LIBRARY_PATH: folder,
  XDG_RUNTIME_DIR: "/tmp",
};

/** Opens the software card; null if this machine lacks it, or the package webgpu, which SIMCLI_WEBGPU names. */
export async function openSoftwareCard(): Promise<WebgpuCard | null> {
  if (!folder) return null;
  // A library that is loaded is found by its name, wherever it came from.
  loadKoffi()?.load(join(folder, "libvulkan.so.1"));
  const { VK_ICD_FILENAMES, XDG_RUNTIME_DIR } = softwareCardVariables;
  const before = { ...process.env };
  Object.assign(process.env, { VK_ICD_FILENAMES, XDG_RUNTIME_DIR });
  try {
    return await WebgpuCard.open(process.env.SIMCLI_WEBGPU);
  } catch (error) {
    if (error instanceof CardError) return null;
    throw error;
  } finally {
    for (const name of ["VK_ICD_FILENAMES", "XDG_RUNTIME_DIR"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
