import { fileURLToPath } from "node:url";
import { alternate } from "./alternate.js";
import { atMost } from "./bar.js";
import { told, wall } from "./figures.js";
import { forget } from "./scratch.js";
import { megabytesOf, npyFile } from "./vector-files.js";

const watch = fileURLToPath(new URL("watch_progress.py", import.meta.url));

/** A search that takes minutes, run once: its time, its peak memory, and how right the progress line is about the time left. */
export function largeSearch({ rows, dimensions, python, share }) {
  const title = `top 10 of ${rows}×${dimensions} against itself`;
  const run = async ({ simcli, pace }) => {
    const file = npyFile("large", rows, dimensions);
    const inputs = megabytesOf(file);
    const command = simcli(["topk", file, "-k", 10, "-f", "csv"]);
    const once = { ...pace, exactly: 0, limit: Number.POSITIVE_INFINITY, secondsLeft: () => Number.POSITIVE_INFINITY };
    const [side] = await alternate(
      [{ command: python === null ? command : [python, watch, ...command], figure: wall }],
      once,
    );
    forget(file);
    const { median, failed, megabytes, times, warmUp } = side;
    const wrong = failed === null ? told(/progress: wrong by ([\d.]+) %/, warmUp.stderr) : null;
    const row = (name, value, unit, bar, rest = {}) => ({
      title: `${title}${name}`,
      simcli: { median: value, unit, failed, times, ...rest },
      peer: null,
      ratio: null,
      bar: bar?.text ?? null,
      met: bar === null || value === null ? null : bar.met(value),
    });
    return {
      rows: [
        row("", median, "s", null, median !== null && { share: share(rows)(median) }),
        row(", peak memory", megabytes ?? null, "MB", atMost(inputs + 512, "MB")),
        row(", error of the time left", wrong, "%", atMost(10, "%")),
      ],
    };
  };
  return { title, run };
}
