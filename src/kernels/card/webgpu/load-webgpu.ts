/// <reference types="@webgpu/types" />
import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { CardError } from "../card.js";

/** The library of the npm package `webgpu`: Dawn, an implementation of WebGPU. */
interface Dawn {
  create(options: readonly string[]): GPU;
}

const INSTALL = "npm install --global webgpu";

/**
 * Dawn need not check places in memory, nor set memory of workgroups to zero: the kernels do. It makes them faster to run,
 * and far faster to compile on a software card.
 */
const OPTIONS = ["enable-dawn-features=disable_robustness,disable_workgroup_init"];

/** Systems whose library is for all processors. */
const UNIVERSAL = "darwin";
/** On Linux, Dawn prints two lines to stderr if this library is absent. */
const VULKAN = "libvulkan.so.1";

/**
 * Loads the npm package `webgpu`, which is no dependency because of its size (132 MB): from where
 * npm installs packages beside simcli. Its install script need not have run.
 *
 * @param path the absolute path of the package, or of its file `dawn.node`, if it is elsewhere.
 * @throws CardError if it is not installed or does not work on this machine.
 */
export function loadWebgpu(path: string | undefined): GPU {
  const library = findLibrary(path);
  expectVulkan();
  try {
    return (createRequire(import.meta.url)(library) as Dawn).create(OPTIONS);
  } catch (error) {
    throw new CardError(`${library} cannot be loaded: ${firstLine(error)}`);
  }
}

/** Returns the path of the library of this platform. */
function findLibrary(path: string | undefined): string {
  if (path !== undefined && !(isAbsolute(path) && existsSync(path))) {
    throw new CardError(`SIMCLI_WEBGPU: expected the absolute path of the package webgpu, found ${path}`);
  }
  const place = path ?? findPackage();
  if (place === null) throw new CardError(`the package webgpu is not installed: ${INSTALL}`);
  if (statSync(place).isFile()) return place;
  const platform = `${process.platform}-${process.platform === UNIVERSAL ? "universal" : process.arch}`;
  const library = join(place, "dist", platform, "dawn.node");
  if (!existsSync(library)) throw new CardError(`the package webgpu has no library for ${platform} (${library})`);
  return library;
}

/** Returns the folder of the package, or null. Folders of the working directory are not searched. */
function findPackage(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve("webgpu/package.json"));
  } catch {
    const folder = join(globalModules(), "webgpu");
    return existsSync(folder) ? folder : null;
  }
}

/** Returns the folder of packages that `npm install --global` uses by default. */
function globalModules(): string {
  const folder = dirname(process.execPath);
  return process.platform === "win32" ? join(folder, "node_modules") : join(folder, "../lib/node_modules");
}

function expectVulkan(): void {
  if (process.platform !== "linux") return;
  try {
    process.dlopen({ exports: {} }, VULKAN);
  } catch (error) {
    // A library that is found is not an addon of Node, which is an error too.
    if (/cannot open shared object|no such file/i.test(firstLine(error))) {
      throw new CardError(`${VULKAN} is not installed (package libvulkan1 or vulkan-loader)`);
    }
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0];
}
