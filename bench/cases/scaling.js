import { alternate } from "../lib/alternate.js";
import { atMost } from "../lib/bar.js";
import { wall } from "../lib/figures.js";
import { growth } from "../lib/growth.js";
import { forget } from "../lib/scratch.js";
import { fileOfSize, megabytesOf, vectorFile } from "../lib/vector-files.js";

const dimensions = 128;

/**
 * How the cost grows with the work. A figure is (wall − start-up) / work, start-up being the same command on one row, and
 * the bar is on its growth: a curve that falls as fixed costs spread is no fault, one that climbs is.
 */
export const scaling = ({ peers, quick }) => ({
  title: "Cost as the work grows: (wall − start-up) / work",
  cases: [
    curve({
      title: "time per cell",
      head: (rows) => `time per cell, 2 × ${rows}×${dimensions}`,
      axis: "rows of each file",
      unit: "ns per cell",
      points: quick ? [1000, 2000, 5000] : [1000, 2000, 5000, 10000, 20000],
      files: (rows) => ["a", "b"].map((name, index) => vectorFile(name, rows, dimensions, index + 1)),
      work: (_, rows) => rows * rows,
      peer: peers.numpy,
      peerTo: quick ? 0 : 10000, // from there it holds gigabytes
    }),
    curve({
      title: "time per byte",
      head: (size) => `time per byte, ${size} MB with one row`,
      axis: "MB of CSV",
      unit: "ns per byte",
      points: quick ? [1, 4, 16, 64] : [1, 4, 16, 64, 256, 1000],
      files: (size) => [fileOfSize(size * 1e6, dimensions), oneRow()],
      work: ([file]) => megabytesOf(file) * 1e6,
      peer: peers.numpy,
      peerTo: quick ? 0 : 256,
    }),
  ],
});

const oneRow = () => vectorFile("one", 1, dimensions);

function curve({ title, head, axis, unit, points, files, work, peer, peerTo }) {
  const run = async ({ simcli, pace }) => {
    const measure = (paths, withPeer) =>
      alternate(
        [
          { command: simcli(["cosine", ...paths, "-f", "table", "--no-check"]), figure: wall },
          ...(withPeer && peer.start !== undefined
            ? [{ command: peer.start(paths), env: peer.env, figure: wall }]
            : []),
        ],
        pace,
      );
    const startUp = await measure([oneRow(), oneRow()], peerTo > 0);
    const lines = startUp.map((_, index) => ({ name: index === 0 ? "simcli" : peer.name, points: [] }));
    for (const x of points) {
      const paths = files(x);
      const sides = await measure(paths, x <= peerTo);
      const amount = work(paths, x);
      for (const [index, side] of sides.entries()) lines[index].points.push(point(x, side, startUp[index], amount));
      for (const path of paths) if (path !== oneRow()) forget(path);
    }
    const rows = [...points.map((x) => pointRow(head(x), x, lines, peer)), growthRow(title, lines)];
    return { rows, curve: { axis, unit, lines } };
  };
  return { title, run };
}

/** What one size costs: the wall time above start-up, by the unit of work. */
function point(x, { median, failed, times, megabytes }, startUp, amount) {
  const seconds = median === null || startUp.median === null ? null : median - startUp.median;
  return { x, seconds, cost: seconds === null ? null : (seconds * 1e9) / amount, failed, times, megabytes };
}

function pointRow(title, x, lines, peer) {
  const [ours, theirs] = lines.map(({ points }) => points.find((one) => one.x === x));
  const told = ({ cost, failed, ...rest }) =>
    cost <= 0 && cost !== null
      ? { ...rest, median: null, failed: "no more than start-up", unit: "ns" }
      : { ...rest, median: cost, failed, unit: "ns" };
  const ratio = ours.cost > 0 && theirs?.cost > 0 ? ours.cost / theirs.cost : null;
  const other = theirs === undefined ? null : { name: peer.name, ...told(theirs) };
  return { title, simcli: told(ours), peer: other, ratio, bar: null, met: null };
}

function growthRow(title, [ours, theirs]) {
  const bar = atMost(1.2, "×");
  const told = ({ points }) => ({ ...growth(points), unit: "×" });
  const simcli = told(ours);
  return {
    title: `largest rise of the ${title}`,
    simcli,
    peer: theirs === undefined ? null : { name: theirs.name, ...told(theirs) },
    ratio: null,
    bar: bar.text,
    met: simcli.median === null ? null : bar.met(simcli.median),
  };
}
