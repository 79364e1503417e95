/** A quick run promises to end within two minutes; this is when it begins no further command. */
const quickSeconds = 105;

/**
 * How often and how long: by default `runs` of each command, three times as many of what takes less than a second a round,
 * and of what is long as many as fit into `budget` seconds, `least` of them at least; with none the warm-up is the figure.
 * A quick run also stops a command after `limit` seconds, since a slow one must not make it a slow suite.
 */
export function paceOf({ quick, runs: exactly }) {
  const began = performance.now();
  if (!quick)
    return {
      exactly,
      runs: 7,
      least: 3,
      budget: 90,
      limit: Number.POSITIVE_INFINITY,
      secondsLeft: () => Number.POSITIVE_INFINITY,
    };
  const secondsLeft = () => quickSeconds - (performance.now() - began) / 1000;
  return { exactly, runs: 3, least: 0, budget: 4, limit: 12, secondsLeft };
}

/** The same in words. */
export const paceLine = ({ quick, runs }) =>
  `Medians of ${runs === undefined ? `${quick ? 3 : 7} runs (more of the short ones, fewer of the long ones)` : `${runs} run${runs === 1 ? "" : "s"}`}, after a warm-up, simcli and its peers in turn.`;
