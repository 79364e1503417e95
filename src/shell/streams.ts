import { fstatSync, readFileSync, readlinkSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { createPaint, type Paint } from "../tables/paint.js";
import { type ColorChoice, colorLevel } from "./color.js";

/** The standard streams of a process and its environment; tests pass their own. */
export interface Streams {
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Writable & { isTTY?: boolean; columns?: number; rows?: number; fd?: number };
  readonly stderr: Writable & { isTTY?: boolean; columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Returns the width of the terminal, or 80 columns if there is none. */
export function widthOf({ stdout, env }: Streams): number {
  const columns = Number(env.COLUMNS);
  return stdout.columns || (Number.isInteger(columns) && columns > 0 ? columns : 80);
}

/** Lines of a table around a heatmap: title, files, legend, ranges, and the next prompt. */
const OTHER_LINES = 14;

/** Returns the maximum number of lines of a heatmap: what the terminal has room for, or 40 if there is none. */
export function heatmapLines({ stdout }: Pick<Streams, "stdout">): number {
  return stdout.rows ? Math.max(8, stdout.rows - OTHER_LINES) : 40;
}

/** Returns the paint for one of the two output streams. */
export function paintFor(streams: Streams, which: "stdout" | "stderr", choice: ColorChoice): Promise<Paint> {
  return createPaint(colorLevel(choice, streams[which].isTTY === true, streams.env));
}

/** Returns whether a file descriptor is a regular file, where a partial write must be retried. */
export function isFile(fd: number | undefined): boolean {
  try {
    return fd !== undefined && fstatSync(fd).isFile();
  } catch {
    return false;
  }
}

/**
 * Returns whether stdout was closed when the process started (`simcli … >&-`); only Linux shows it.
 *
 * Node opens /dev/null for reading and writing in place of a closed stream. A program that discards the output of another one may do
 * the same, but then the parent is no shell, or its stdout is /dev/null too.
 */
export function isStdoutClosed(fd: number | undefined): boolean {
  if (fd !== 1 || process.platform !== "linux") return false;
  try {
    if (!fstatSync(fd).isCharacterDevice() || readlinkSync("/proc/self/fd/1") !== "/dev/null") return false;
    const READ_AND_WRITE = 2;
    const [, flags] = /^flags:\s*(\d+)/m.exec(readFileSync("/proc/self/fdinfo/1", "latin1")) ?? [];
    if ((Number.parseInt(flags ?? "", 8) & 3) !== READ_AND_WRITE) return false;
    const parent = `/proc/${process.ppid}`;
    const isShell = SHELLS.has(readFileSync(`${parent}/comm`, "latin1").trim());
    // Throws if another user owns the parent.
    readlinkSync(`${parent}/cwd`);
    const stdout = targetOfLink(`${parent}/fd/1`);
    return stdout === null || (isShell && stdout !== "/dev/null");
  } catch {
    return false;
  }
}

const SHELLS = new Set(["sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "busybox", "fish"]);

/** Returns the target of a symbolic link; null if there is no link. */
function targetOfLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
