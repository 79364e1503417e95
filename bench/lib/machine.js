import { cpuLine } from "./cpu.js";
import { peakLine } from "./peak.js";
import { versions } from "./peers.js";

/** Where and with what it was measured: a ratio moves with all of it. */
export const describeMachine = (peers, peak) => ({
  cpu: cpuLine(),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
  peers: versions(peers),
  peak,
});

export const machineLine = ({ cpu, platform, node, peers }) =>
  [cpu, platform, `Node ${node.slice(1)}`, ...peers].join("; ");

export const machinePeakLine = ({ peak }) => `Measured peak: ${peakLine(peak)}`;
