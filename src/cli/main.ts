import { availableParallelism } from "node:os";
import { fileSize, isFolder } from "../input/file-size.js";
import { printText, removeTemporaryFiles } from "../shell/destination.js";
import { hasRoomForThreads, setKernelFlags } from "../shell/host-process.js";
import type { Streams } from "../shell/streams.js";
import { VERSION } from "../shell/version.js";

/**
 * Runs a command line and returns its exit code.
 *
 * @param args the arguments after `simcli`.
 * @param guard installs the signal handlers of the process, after the early worker has been started.
 */
export async function main(args: readonly string[], streams: Streams, guard: () => void = () => {}): Promise<number> {
  // The version is printed without loading the other modules, because scripts often ask for it only.
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    const printed = await printText(`${VERSION}\n`, streams).then(
      () => true,
      () => false,
    );
    if (printed) return 0;
  }
  if (await isLong(args)) (await import("../kernels/threads.js")).startWorkerEarly();
  guard();
  // Before 20.16, Node cannot load the module when the kernels are compiled.
  if (!process.getBuiltinModule) setKernelFlags(await import("node:v8"));
  const { runCommandLine } = await import("./run.js");
  return runCommandLine(args, streams);
}

const LARGE_BYTES = 1 << 24;

/** The task of `eval` that reads files side by side, on one thread. */
const ON_ONE_THREAD = "triplets";

/** Returns whether a command line names files that are large enough for a second thread; the options are not parsed yet. */
async function isLong(args: readonly string[]): Promise<boolean> {
  if (availableParallelism() === 1 || args.some((arg) => arg.startsWith("--threads"))) return false;
  if (args[0] === "eval" && args.includes(ON_ONE_THREAD)) return false;
  const isLarge = (size: number | null) => (size ?? 0) >= LARGE_BYTES;
  if (!hasRoomForThreads()) return false;
  if (args.some((arg) => isLarge(fileSize(arg)))) return true;
  const several = args.filter((arg) => /[*?[]/.test(arg) || isFolder(arg));
  if (several.length === 0) return false;
  const { inputSize } = await import("../reading/input-files.js");
  return several.some((arg) => isLarge(inputSize(arg)));
}

/** Installs the signal handlers, and ignores errors of a closed stderr. */
export function guardProcess(): void {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.on(signal, () => {
      removeTemporaryFiles();
      process.exit(code);
    });
  }
  process.stderr.on("error", () => {});
}
