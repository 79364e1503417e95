import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { npyBytes } from "../npy-bytes.js";
import { drawing } from "../reference.js";
import { environment, simcli, workplace } from "./run.js";

/** Exit codes after a signal that simcli handles; SIGKILL cannot be handled. */
const CODES = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129, SIGKILL: null } as const;

describe("signals at random moments", function () {
  // Each run synchronises its file, and a busy disk takes seconds for it.
  this.timeout(300_000);
  const place = workplace();
  const draw = drawing(16);

  before(() => {
    const rows = Float64Array.from({ length: 2500 * 16 }, () => draw() - 0.5);
    place.write("rows.npy", npyBytes(rows, [2500, 16]));
  });

  const started = (line: string, folder: string): ChildProcess =>
    spawn(process.execPath, [simcli, ...line.split(" ")], {
      cwd: place.path(folder),
      env: environment(),
      stdio: "ignore",
    });

  const ended = (child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> =>
    new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal })));

  for (const line of [
    "noise ../rows.npy --seed 1 -o out.csv",
    "topk ../rows.npy -k 20 -o out.jsonl",
    "convert ../rows.npy -o out.parquet",
  ]) {
    const [, output] = /-o (\S+)/.exec(line)!;

    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const) {
      it(`${line}, ${signal}: the output is whole, or the old one; no temporary file stays`, async () => {
        rmSync(place.path("out"), { recursive: true, force: true });
        mkdirSync(place.path("out"));
        const at = `out/${output}`;
        const begin = performance.now();
        expect(await ended(started(line, "out"))).to.deep.equal({ code: 0, signal: null });
        const duration = performance.now() - begin;
        const whole = readFileSync(place.path(at));
        for (let run = 0; run < 6; run++) {
          if (run % 2) writeFileSync(place.path(at), "old\n");
          else rmSync(place.path(at), { force: true });
          const child = started(line, "out");
          const end = ended(child);
          await setTimeout(draw() * duration);
          child.kill(signal);
          const { code, signal: by } = await end;
          // A signal ends Node before simcli is loaded, and one that comes late ends nothing.
          expect(by === signal ? CODES[signal] : code).to.be.oneOf([0, CODES[signal]]);
          if (existsSync(place.path(at))) {
            const content = readFileSync(place.path(at));
            const isOld = run % 2 === 1 && code !== 0 && content.toString("latin1") === "old\n";
            expect(isOld || content.equals(whole), `run ${run} of ${line}`).to.equal(true);
          } else expect([run % 2, code === 0]).to.deep.equal([0, false]);
          const others = readdirSync(place.path("out")).filter((name) => name !== output);
          if (signal !== "SIGKILL") expect(others).to.deep.equal([]);
          for (const name of others) expect(name).to.match(/^\.out\.\w+\.simcli-.*\.tmp$/);
        }
        expect(await ended(started(line, "out"))).to.deep.equal({ code: 0, signal: null });
        expect(readdirSync(place.path("out"))).to.deep.equal([output]);
        expect(readFileSync(place.path(at)).equals(whole)).to.equal(true);
      });
    }
  }

  it("a run that was stopped goes on", async () => {
    const line = "noise rows.npy --seed 1 -o out.csv";
    expect(await ended(started(line, "."))).to.deep.equal({ code: 0, signal: null });
    const whole = readFileSync(place.path("out.csv"));
    rmSync(place.path("out.csv"));
    const child = started(line, ".");
    const end = ended(child);
    for (let stop = 0; stop < 4; stop++) {
      await setTimeout(30 + draw() * 40);
      child.kill("SIGSTOP");
      await setTimeout(20);
      child.kill("SIGCONT");
    }
    expect(await end).to.deep.equal({ code: 0, signal: null });
    expect(readFileSync(place.path("out.csv")).equals(whole)).to.equal(true);
  });
});
