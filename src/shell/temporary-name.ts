import { promises, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** With the name of the host, the name is shorter than the 255 bytes that file systems allow. */
const NAME_BYTES = 150;
const HOST_BYTES = 60;

/**
 * Returns the name of a temporary file beside `target`: `.result.csv.simcli-HOST-NAMESPACE-PID-NUMBER.tmp`. The name says which process
 * writes the file, so that a later run can remove what a killed one left.
 *
 * @param target the name of the file to write, without its folder; a long one is shortened.
 * @param number distinguishes the temporary files of this process.
 */
export function temporaryName(target: string, number: number): string {
  const name = Buffer.from(target).subarray(0, NAME_BYTES).toString("utf8");
  return `.${name}${machineMark()}${process.pid}-${number}.tmp`;
}

/**
 * Removes the temporary files of a folder whose processes have ended. Those of other machines, which may share the folder, are kept:
 * their processes cannot be seen.
 *
 * @param inUse the paths of the temporary files of this process.
 */
export async function removeAbandoned(folder: string, inUse: ReadonlySet<string>): Promise<void> {
  const mark = machineMark();
  const names = await promises.readdir(folder).catch(() => []);
  for (const name of names) {
    const at = name.startsWith(".") ? name.lastIndexOf(mark) : -1;
    const [, pid] = (at > 0 && /^(\d+)-\d+\.tmp$/.exec(name.slice(at + mark.length))) || [];
    if (pid === undefined) continue;
    const path = join(folder, name);
    const isOurs = Number(pid) === process.pid;
    if (isOurs ? !inUse.has(path) : hasEnded(Number(pid))) await promises.unlink(path).catch(() => {});
  }
}

function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Returns the part of a name that is the same for all processes that can see one another, and for no others. */
function machineMark(): string {
  const host = hostname()
    .replace(/[^\w.]/g, "_")
    .slice(0, HOST_BYTES);
  return `.simcli-${host}-${pidNamespace()}-`;
}

/** Returns the number of the namespace of process ids: containers can share the name of their host. 0 except on Linux. */
function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}
