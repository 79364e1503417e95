import { alternate } from "./alternate.js";
import { wall } from "./figures.js";

/**
 * A case: one simcli command beside its peers.
 *
 * title; files: makes what is read and gives the paths; args: those paths → the arguments of simcli, or of `script`, which
 * calls its library; figure: what is compared; bars: bars on simcli's own figure; peers: [{ peer, args, figure, bar }] with bars on the ratio simcli / peer.
 * A bar may be a function of the warm-up, where it depends on what the run says. share: a figure → the share of the
 * machine's peak, of simcli and of peers.
 */
export function comparison({ title, files = () => [], script, args, figure = wall, bars = [], peers = [], share }) {
  return {
    title,
    async run({ simcli, pace }) {
      const paths = files();
      const here = peers.filter(({ peer }) => peer.start !== undefined);
      const [ours, ...theirs] = await alternate(
        [
          { command: script === undefined ? simcli(args(paths)) : [process.execPath, script, ...args(paths)], figure },
          ...here.map(({ peer, args: peerArgs, figure: peerFigure = figure }) => ({
            command: peer.start(peerArgs(paths)),
            env: peer.env,
            figure: peerFigure,
          })),
        ],
        pace,
      );
      const tell = (side, name, bar) => row(title, ours, side, name, bar, share);
      const rows = theirs.map((side, index) => tell(side, here[index].peer.name, here[index].bar));
      const own = bars.map((bar) => tell(null, null, bar));
      // with no bar and no peer the figure itself is still worth a line
      return { rows: rows.length + own.length === 0 ? [tell(null, null, undefined)] : [...own, ...rows] };
    },
  };
}

function row(title, ours, side, name, bar, share) {
  const chosen = typeof bar === "function" ? bar(ours.warmUp) : bar;
  const value = side === null ? ours.median : ratio(ours, side);
  return {
    title,
    simcli: shown(ours, share),
    peer: side && { name, ...shown(side, share) },
    ratio: side === null ? null : value,
    bar: chosen?.text ?? null,
    met: chosen === undefined || value === null ? null : chosen.met(value),
  };
}

const ratio = (ours, side) => (ours.median === null || side.median === null ? null : ours.median / side.median);

const shown = ({ median, figure, failed, megabytes, times, wallTimes }, share) => ({
  median,
  unit: figure.unit,
  failed,
  megabytes,
  ...(share !== undefined && median !== null && { share: share(median) }),
  times,
  // the same numbers again where the figure is the wall time
  ...(figure === wall ? {} : { wallTimes }),
});
