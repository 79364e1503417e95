import { createWriteStream, existsSync, unlinkSync } from "node:fs";
import { access, constants, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Writable } from "node:stream";
import { MachineError, ReaderLeftError } from "../errors.js";
import { isFile, type Streams } from "./streams.js";

/** Where a result goes, whole or not at all. */
export interface Destination {
  write(text: string | Uint8Array): Promise<void>;
  /** Everything has been written: make it last. */
  commit(): Promise<void>;
  /** Something failed: leave nothing behind. */
  abandon(): Promise<void>;
}

/**
 * stdout, or a file that appears, whole, when `commit` is called; until then an existing one stays as it is.
 *
 * @throws {MachineError} when the file cannot be written.
 */
export async function openDestination(path: string | undefined, streams: Streams): Promise<Destination> {
  if (path === undefined || path === "-") return stdoutDestination(streams);
  const existing = await stat(path).catch(() => null);
  if (existing?.isDirectory()) {
    throw new MachineError(
      `${path}: expected a file to write, found a directory`,
      "add a file name: -o DIR/result.csv",
    );
  }
  // A device or a pipe cannot be replaced; it is written as it is.
  if (existing && !existing.isFile()) return streamDestination(createWriteStream(path), path);
  return fileDestination(path, existing?.mode);
}

/** Prints a text on stdout, whole. */
export async function printText(text: string, streams: Streams): Promise<void> {
  const stdout = await openDestination(undefined, streams);
  await stdout.write(text);
  await stdout.commit();
}

function stdoutDestination({ stdout }: Streams): Destination {
  // Node's stdout drops the rest of a chunk of which a full disk took a part; a write stream carries on, and fails.
  const { fd } = stdout;
  if (fd !== undefined && isFile(fd))
    return streamDestination(createWriteStream("", { fd, autoClose: false }), "stdout");
  return streamDestination(stdout, "stdout", false);
}

function streamDestination(stream: Writable, name: string, ends = true): Destination {
  let failure: unknown = null;
  stream.on("error", (error) => {
    failure ??= error;
  });
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(writeError(failure, name));
        stream.write(text, (error) => (error ? reject(writeError(error, name)) : resolve()));
      }),
    commit: () =>
      new Promise((resolve, reject) => {
        if (failure) return reject(writeError(failure, name));
        if (!ends) return resolve();
        stream.once("error", (error) => reject(writeError(error, name)));
        stream.end(() => resolve());
      }),
    abandon: async () => {},
  };
}

/** Temporary files that exist now, for {@link removeTemporaryFiles}. */
const temporaryFiles = new Set<string>();

/** Removes what an interrupted command would leave behind; quick and synchronous, for signal handlers. */
export function removeTemporaryFiles(): void {
  for (const path of temporaryFiles) if (existsSync(path)) unlinkSync(path);
}

async function fileDestination(path: string, mode: number | undefined): Promise<Destination> {
  const target = await realpath(path).catch(() => path);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  const attempt = <T>(act: () => Promise<T>) =>
    act().catch((error) => {
      throw writeError(error, path);
    });
  const file = await attempt(async () => {
    if (mode !== undefined) await access(target, constants.W_OK);
    temporaryFiles.add(temporary);
    return open(temporary, "wx", mode ?? 0o666);
  });
  return {
    write: (text) => attempt(() => file.appendFile(text)),
    commit: () =>
      attempt(async () => {
        if (mode !== undefined) await file.chmod(mode);
        await file.sync();
        await file.close();
        await rename(temporary, target);
        temporaryFiles.delete(temporary);
      }),
    async abandon() {
      await file.close().catch(() => {});
      await unlink(temporary).catch(() => {});
      temporaryFiles.delete(temporary);
    },
  };
}

const WRITE_ERRORS: { readonly [code: string]: string | undefined } = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be larger than the system allows",
  EACCES: "cannot be written: permission denied",
  EPERM: "cannot be written: permission denied",
  EROFS: "cannot be written: the file system is read-only",
  ENOENT: "cannot be written: no such folder",
  ENOTDIR: "cannot be written: a part of the path is a file, not a folder",
};

function writeError(error: unknown, name: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EPIPE" || code === "ERR_STREAM_DESTROYED") return new ReaderLeftError();
  if (code === undefined) return error;
  return new MachineError(`${name}: ${WRITE_ERRORS[code] ?? message}`, undefined, { cause: error });
}
