import { spawn } from "node:child_process";

const living = new Set();

/**
 * Runs a command to its end: wall time, exit status and what it said. Its stdout goes to /dev/null unless `keepOutput`, so
 * that no pipe is timed. Each child leads a group of its own, so that a wrapper dies together with what it wraps.
 */
export function runProcess(
  [file, ...args],
  { env = process.env, keepOutput = false, limit = Number.POSITIVE_INFINITY } = {},
) {
  return new Promise((resolve) => {
    const said = { stdout: "", stderr: "" };
    let stopped = false;
    const before = process.hrtime.bigint();
    const child = spawn(file, args, { env, stdio: ["ignore", keepOutput ? "pipe" : "ignore", "pipe"], detached: true });
    living.add(child);
    const timer =
      limit < Number.POSITIVE_INFINITY &&
      setTimeout(() => {
        stopped = true;
        stop(child);
      }, limit * 1000);
    let seconds = 0;
    const end = (status) => {
      clearTimeout(timer);
      living.delete(child);
      resolve({ status, seconds, stopped, ...said });
    };
    for (const stream of keepOutput ? ["stdout", "stderr"] : ["stderr"])
      child[stream].on("data", (text) => {
        said[stream] += text;
      });
    child.on("exit", () => {
      seconds = Number(process.hrtime.bigint() - before) / 1e9;
    });
    child.on("error", (error) => {
      said.stderr += error.message;
      end(null);
    });
    child.on("close", end);
  });
}

function stop(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // it ended by itself a moment ago
  }
}

/** Ends whatever still runs. */
export function stopAll() {
  for (const child of living) stop(child);
}
