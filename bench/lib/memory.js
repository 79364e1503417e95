import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runProcess } from "./process.js";
import { scratchFile } from "./scratch.js";

const script = fileURLToPath(new URL("peak_memory.py", import.meta.url));

/**
 * Finds who can tell the peak memory of a command: GNU time, else Python, else nobody. Node cannot: its resourceUsage is of
 * its own process. Gives a function that runs a command and adds `megabytes` (null when unknown) to what runProcess tells.
 */
export async function findMemoryMeter(python) {
  const note = scratchFile("peak");
  const wrappers = [["/usr/bin/time", "-f", "%M", "-o", note]];
  if (python !== null) wrappers.push([python, script, note]);
  for (const wrapper of wrappers) {
    const { status } = await runProcess([...wrapper, process.execPath, "-e", "0"]);
    if (status !== 0 || Number.isNaN(kilobytes(note))) continue;
    return async (command, settings) => {
      const result = await runProcess([...wrapper, ...command], settings);
      return { ...result, megabytes: result.stopped ? null : (kilobytes(note) * 1024) / 1e6 };
    };
  }
  return async (command, settings) => ({ ...(await runProcess(command, settings)), megabytes: null });
}

/** The last line, since GNU time puts a failing status before it. */
const kilobytes = (note) => Number(readFileSync(note, "utf8").trim().split("\n").at(-1) || Number.NaN);
