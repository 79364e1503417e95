import { constants, createWriteStream, promises, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Writable } from "node:stream";
import { BrokenPipeError, MachineError } from "../core/errors.js";
import { isFile, isStdoutClosed, type Streams } from "./streams.js";
import { removeAbandoned, temporaryName } from "./temporary-name.js";

/** The destination of a result, which is written completely or not at all. */
export interface Destination {
  write(text: string | Uint8Array): Promise<void>;
  /** Makes the written data permanent. */
  commit(): Promise<void>;
  /** Removes the written data after an error. */
  abandon(): Promise<void>;
}

/**
 * Opens stdout or a file. A file is created or replaced by `commit`; until then an existing one is unchanged.
 *
 * @throws {MachineError} when the file cannot be written.
 */
export async function openDestination(path: string | undefined, streams: Streams): Promise<Destination> {
  if (path === undefined || path === "-") return stdoutDestination(streams);
  const existing = await promises.stat(path).catch((error) => {
    if (error.code === "ENOENT") return null;
    throw writeError(error, path);
  });
  if (existing?.isDirectory() || path.endsWith("/")) {
    const found = existing ? "a directory" : "a folder that does not exist";
    throw new MachineError(`${path}: expected a file to write, found ${found}`, "add a file name: -o DIR/result.csv");
  }
  // A device or a pipe cannot be replaced by renaming; it is written directly.
  if (existing && !existing.isFile()) return streamDestination(createWriteStream(path), path);
  return fileDestination(path, existing?.mode);
}

/** Prints a complete text on stdout. */
export async function printText(text: string, streams: Streams): Promise<void> {
  const stdout = await openDestination(undefined, streams);
  await stdout.write(text);
  await stdout.commit();
}

function stdoutDestination({ stdout }: Streams): Destination {
  if (isStdoutClosed(stdout.fd)) {
    throw new MachineError("stdout: expected a place for the result, found it closed", "-o FILE writes to a file");
  }
  // After a partial write to a full disk, Node's stdout drops the rest of the chunk; a write stream retries and reports
  // the error.
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

/** Existing temporary files, for {@link removeTemporaryFiles}. */
const temporaryFiles = new Set<string>();

/** Removes the temporary files of an interrupted command; synchronous, for signal handlers. */
export function removeTemporaryFiles(): void {
  for (const path of temporaryFiles) rmSync(path, { force: true });
}

/** The disk starts to write after this many bytes. */
const SYNC_BYTES = 1 << 24;

async function fileDestination(path: string, mode: number | undefined): Promise<Destination> {
  const attempt = <T>(act: () => Promise<T>) =>
    act().catch((error) => {
      throw writeError(error, path);
    });
  const target = await attempt(() => targetOf(path));
  await removeAbandoned(dirname(target), temporaryFiles);
  const temporary = join(dirname(target), temporaryName(basename(target), temporaryFiles.size));
  const file = await attempt(async () => {
    if (mode !== undefined) await promises.access(target, constants.W_OK);
    temporaryFiles.add(temporary);
    return promises.open(temporary, "wx", mode ?? 0o666);
  });
  let unsynced = 0;
  let syncing: Promise<void> | null = null;
  return {
    write: (text) =>
      attempt(async () => {
        await file.appendFile(text);
        unsynced += text.length;
        if (unsynced < SYNC_BYTES) return;
        unsynced = 0;
        await syncing;
        // The disk writes while the next parts are computed.
        syncing = file.datasync();
        syncing.catch(() => {});
      }),
    commit: () =>
      attempt(async () => {
        await syncing;
        if (mode !== undefined) await file.chmod(mode);
        await file.sync();
        await file.close();
        await promises.rename(temporary, target);
        temporaryFiles.delete(temporary);
      }),
    async abandon() {
      await syncing?.catch(() => {});
      await file.close().catch(() => {});
      await promises.unlink(temporary).catch(() => {});
      temporaryFiles.delete(temporary);
    },
  };
}

/** Resolves all symbolic links of a path; the target of the last one need not exist. */
async function targetOf(path: string): Promise<string> {
  const folder = await promises.realpath(dirname(path));
  const file = join(folder, basename(path));
  const link = await promises.readlink(file).catch(() => null);
  return link === null ? file : targetOf(resolve(folder, link));
}

const WRITE_ERRORS: { readonly [code: string]: readonly [string, string?] | undefined } = {
  ENOSPC: ["no space left on the disk", "free some space, or write to another disk"],
  EDQUOT: ["the disk quota is used up", "free some space, or write to another disk"],
  EFBIG: ["the file would be larger than the system allows", "ulimit -f shows the limit"],
  EACCES: ["cannot be written: permission denied", "ls -ld shows the permissions of the file and the folder"],
  EPERM: ["cannot be written: permission denied", "ls -ld shows the permissions of the file and the folder"],
  EROFS: ["cannot be written: the file system is read-only", "write to another disk"],
  ENOENT: ["cannot be written: no such folder", "create it with mkdir -p"],
  ENOTDIR: ["cannot be written: a part of the path is a file, not a folder", "is the path right from this folder?"],
  ENAMETOOLONG: [
    "cannot be written: the file name is too long for the file system",
    "most file systems allow 255 bytes",
  ],
  ELOOP: ["cannot be written: its symbolic links form a loop", "ls -l shows their targets"],
};

/** Returns the error for a file or a stream that cannot be written. */
export function writeError(error: unknown, name: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EPIPE" || code === "ERR_STREAM_DESTROYED") return new BrokenPipeError();
  if (code === undefined) return error;
  const [text, hint] = WRITE_ERRORS[code] ?? [message];
  return new MachineError(`${name}: ${text}`, hint, { cause: error });
}
