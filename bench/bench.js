// Measures simcli beside its peers, run in turn, and prints medians, ratios and the bars they have to meet: npm run bench
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { evaluation } from "./cases/evaluation.js";
import { losses } from "./cases/losses.js";
import { memory } from "./cases/memory.js";
import { product } from "./cases/product.js";
import { reading } from "./cases/reading.js";
import { scaling } from "./cases/scaling.js";
import { search } from "./cases/search.js";
import { start } from "./cases/start.js";
import { tables } from "./cases/tables.js";
import { writing } from "./cases/writing.js";
import { describeMachine, machineLine, machinePeakLine } from "./lib/machine.js";
import { findMemoryMeter } from "./lib/memory.js";
import { readOptions } from "./lib/options.js";
import { paceLine, paceOf } from "./lib/pace.js";
import { measurePeak } from "./lib/peak.js";
import { findPeers, missingLine } from "./lib/peers.js";
import { runProcess, stopAll } from "./lib/process.js";
import { findPython } from "./lib/python.js";
import { resultsPage } from "./lib/results-page.js";
import { scalingChart } from "./lib/scaling-chart.js";
import { removeScratch } from "./lib/scratch.js";
import { terminalTable } from "./lib/terminal-table.js";

const here = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const options = readOptions(process.argv.slice(2));

process.on("exit", removeScratch);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => {
    stopAll();
    process.exit(130);
  });

const python = await findPython();
const peers = await findPeers(python, options.quick);
const pace = { ...paceOf(options), meter: await findMemoryMeter(python) };
const simcli = (args) => [process.execPath, here("../bin/simcli.js"), ...args];
const peak = await measurePeak();
const machine = describeMachine(peers, peak);
const missing = missingLine(peers);
console.log(machineLine(machine));
console.log(machinePeakLine(machine));
if (missing !== null) console.log(missing);
console.log(paceLine(options));

const results = { date: new Date().toISOString().slice(0, 10), quick: options.quick, machine, groups: [], curves: [] };
const wanted = ({ title }) => title.toLowerCase().includes((options.only ?? "").toLowerCase());
for (const makeGroup of [start, tables, writing, reading, product, search, evaluation, losses, memory, scaling]) {
  const { title, cases } = makeGroup({ peers, simcli, python, peak, quick: options.quick, large: options.large });
  const rows = [];
  for (const one of cases.filter(wanted)) {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K… ${one.title}`);
    const { rows: found, curve } = await one.run({ simcli, pace });
    rows.push(...found);
    if (curve !== undefined) results.curves.push(curve);
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  if (rows.length === 0) continue;
  results.groups.push({ title, rows });
  console.log(terminalTable(title, rows));
}

const judged = results.groups.flatMap(({ rows }) => rows).filter(({ met }) => met !== null);
console.log(`\nbars met: ${judged.filter(({ met }) => met).length} of ${judged.length}`);

const json = `${JSON.stringify(results, null, 2)}\n`;
if (options.json !== undefined) writeFileSync(options.json, json);
if (options.save) {
  writeFileSync(here("results.json"), json);
  writeFileSync(here("RESULTS.md"), resultsPage({ ...results, runs: paceLine(options) }));
  writeFileSync(here("scaling.svg"), scalingChart(results.curves));
  // what is committed is formatted as the rest
  await runProcess(["npx", "biome", "format", "--write", here("results.json")]);
}
