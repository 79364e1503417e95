import { alternate } from "./alternate.js";
import { wall } from "./figures.js";

/**
 * A case: one simcli command beside its peers.
 *
 * title; files: makes what is read and gives the paths; args: those paths → the arguments of simcli; figure: what is
 * compared; bars: bars on simcli's own figure; peers: [{ peer, args, figure, bar }] with bars on the ratio simcli / peer.
 * A bar may be a function of the warm-up, where it depends on what the run says.
 */
export function comparison({ title, files = () => [], args, figure = wall, bars = [], peers = [] }) {
  return {
    title,
    async run({ simcli, pace }) {
      const paths = files();
      const here = peers.filter(({ peer }) => peer.start !== undefined);
      const [ours, ...theirs] = await alternate(
        [
          { command: simcli(args(paths)), figure },
          ...here.map(({ peer, args: peerArgs, figure: peerFigure = figure }) => ({
            command: peer.start(peerArgs(paths)),
            env: peer.env,
            figure: peerFigure,
          })),
        ],
        pace,
      );
      const rows = theirs.map((side, index) => row(title, ours, side, here[index].peer.name, here[index].bar));
      const own = bars.map((bar) => row(title, ours, null, null, bar));
      // with no bar and no peer the figure itself is still worth a line
      return { rows: rows.length + own.length === 0 ? [row(title, ours, null, null, undefined)] : [...own, ...rows] };
    },
  };
}

function row(title, ours, side, name, bar) {
  const chosen = typeof bar === "function" ? bar(ours.warmUp) : bar;
  const value = side === null ? ours.median : ratio(ours, side);
  return {
    title,
    simcli: shown(ours),
    peer: side && { name, ...shown(side) },
    ratio: side === null ? null : value,
    bar: chosen?.text ?? null,
    met: chosen === undefined || value === null ? null : chosen.met(value),
  };
}

const ratio = (ours, side) => (ours.median === null || side.median === null ? null : ours.median / side.median);

const shown = ({ median, figure, failed, megabytes, times, wallTimes }) => ({
  median,
  unit: figure.unit,
  failed,
  megabytes,
  times,
  // the same numbers again where the figure is the wall time
  ...(figure === wall ? {} : { wallTimes }),
});
