import { runProcess } from "./process.js";
import { withoutScratch } from "./scratch.js";
import { median } from "./statistics.js";

/**
 * Runs contestants in turn (A B A B, so that a slow minute of the machine hits both alike) after one warm-up of each, and
 * gives each its figures and their median. The warm-up also finds the peak memory: measuring it costs a wrapper, which
 * timed runs do without. A contestant that fails has `failed`, a line that says why, and is not run again; when it is the
 * first, simcli, the others are not run at all, since there is nothing to compare.
 *
 * contestant: { command, env, figure }; pace: what lib/pace.js makes, with the meter of lib/memory.js.
 */
export async function alternate(contestants, pace) {
  const sides = contestants.map((side) => ({ ...side, median: null, failed: null, times: [], wallTimes: [] }));
  const [first] = sides;
  for (const side of sides) {
    if (first.failed !== null) {
      side.failed ??= "not run";
      continue;
    }
    const { megabytes, ...result } = await attempt(pace.meter, side, pace);
    side.warmUp = { ...result, megabytes };
    if (side.failed === null) side.megabytes = megabytes;
  }
  const going = () => (first.failed === null ? sides.filter(({ failed }) => failed === null) : []);
  const runs = runsFor(going(), pace);
  for (let run = 0; run < runs && (run === 0 || pace.secondsLeft() > 0); run++)
    for (const side of going()) {
      const result = await attempt(side.figure.metered ? pace.meter : runProcess, side, pace);
      if (side.failed === null) record(side, result);
    }
  // no time for a second run: the warm-up is what there is
  if (runs === 0) for (const side of going()) record(side, side.warmUp);
  for (const side of sides) if (side.times.length > 0 && !side.times.includes(null)) side.median = median(side.times);
  return sides;
}

function record(side, result) {
  side.times.push(side.figure.of(result));
  side.wallTimes.push(result.seconds);
}

async function attempt(run, side, pace) {
  const left = pace.secondsLeft();
  const limit = Math.min(pace.limit, left);
  if (left <= 0) {
    side.failed = "out of time";
    return { stderr: "" };
  }
  const result = await run(side.command, { env: side.env, keepOutput: side.figure.keepOutput, limit });
  side.failed = result.stopped && limit === left ? "out of time" : failure(result);
  return result;
}

/** As many runs as asked for; by default more of what is cheap, since it is noisy, and fewer of what is long. */
function runsFor(sides, { exactly, runs, least, budget }) {
  if (exactly !== undefined) return exactly;
  const round = sides.reduce((sum, { warmUp }) => sum + warmUp.seconds, 0);
  return round < 1 ? 3 * runs : Math.max(least, Math.min(runs, Math.floor(budget / round)));
}

function failure({ status, stopped, seconds, stderr }) {
  if (stopped) return `stopped after ${Math.round(seconds)} s`;
  if (status === 0) return null;
  if (status === 2 || /unknown option|this version/.test(stderr)) return "not in this version";
  return `failed: ${withoutScratch(stderr).trim().split("\n").at(0)}`;
}
