import { availableParallelism } from "node:os";
import { fileSize } from "../input/file-size.js";
import { printText, removeTemporaryFiles } from "../shell/destination.js";
import type { Streams } from "../shell/streams.js";
import { VERSION } from "../shell/version.js";

/**
 * Runs a command line and returns its exit code; everything it has to say goes to `streams`.
 *
 * @param args what was typed behind `simcli`.
 * @param guard prepares the process for the rest of the job: once a thread that is wanted soon is on its way.
 */
export async function main(args: readonly string[], streams: Streams, guard: () => void = () => {}): Promise<number> {
  // Scripts ask for nothing but the version, often: it waits for none of the rest.
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
    const printed = await printText(`${VERSION}\n`, streams).then(
      () => true,
      () => false,
    );
    if (printed) return 0;
  }
  if (isLong(args)) (await import("../kernels/threads.js")).startWorkerEarly();
  guard();
  const { runCommandLine } = await import("./run.js");
  return runCommandLine(args, streams);
}

const LARGE_BYTES = 1 << 24;

/** Whether a command line names a file of so many bytes that a second thread will be wanted for it, before anything else is known. */
function isLong(args: readonly string[]): boolean {
  const isLarge = (path: string) => (fileSize(path) ?? 0) >= LARGE_BYTES;
  return availableParallelism() > 1 && !args.some((arg) => arg.startsWith("--threads")) && args.some(isLarge);
}

/** Installs what a process needs beyond `main`: Ctrl-C, a stderr that nobody reads. */
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
