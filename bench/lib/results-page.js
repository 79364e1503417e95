import { columnsOf } from "./columns.js";
import { machineLine, machinePeakLine } from "./machine.js";

/** RESULTS.md: the tables of a run, the machine and the day. */
export function resultsPage({ date, quick, machine, runs, groups }) {
  return `# Results

Measured ${date}${quick ? " (a quick run)" : ""} by \`npm run bench -- ${quick ? "--quick " : ""}--save\`; [README.md](README.md) says how to read it.

- Machine: ${machineLine(machine)}.
- ${machinePeakLine(machine)}; *of peak* is the share of simcli / peer.
- ${runs} The ratio is simcli / peer; peak memory is simcli / peer.
- Every single time is in [results.json](results.json).

${groups.map(section).join("\n\n")}

![Time per cell and per byte as the work grows](scaling.svg)
`;
}

function section({ title, rows }) {
  const shown = columnsOf(rows);
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [
    `## ${title}\n`,
    line(shown.map(({ head }) => head)),
    line(shown.map(({ right }) => (right ? "---:" : "---"))),
    ...rows.map((row) => line(shown.map(({ cell }) => cell(row)))),
  ].join("\n");
}
