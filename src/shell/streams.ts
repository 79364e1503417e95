import { fstatSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { createPaint, type Paint } from "../tables/paint.js";
import { type ColorChoice, colorLevel } from "./color.js";

/** The three streams of a process and what is on their other ends; tests make their own. */
export interface Streams {
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Writable & { isTTY?: boolean; columns?: number; fd?: number };
  readonly stderr: Writable & { isTTY?: boolean; columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The width of the terminal, or of a page where there is none. */
export function widthOf({ stdout, env }: Streams): number {
  const told = Number(env.COLUMNS);
  return stdout.columns || (Number.isInteger(told) && told > 0 ? told : 80);
}

/** The paint that one of the two outputs bears. */
export function paintFor(streams: Streams, which: "stdout" | "stderr", choice: ColorChoice): Promise<Paint> {
  return createPaint(colorLevel(choice, streams[which].isTTY === true, streams.env));
}

/** Whether stdout is a file, whose writes have to be carried on where a disk took a part of them. */
export function isFile(fd: number | undefined): boolean {
  try {
    return fd !== undefined && fstatSync(fd).isFile();
  } catch {
    return false;
  }
}
