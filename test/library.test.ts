import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fixturePath, root } from "./reference.js";

const page = readFileSync(join(root, "docs/library.md"), "utf8");
const examples = [...page.matchAll(/^```js\n(.*?)^```\n\n```text\n(.*?)^```$/gms)].map(([, code, output]) => ({
  code: code!,
  output: output!,
}));

describe("the library", () => {
  const folder = mkdtempSync(join(tmpdir(), "simcli-library-"));
  const run = (code: string) => {
    const path = join(folder, "example.mjs");
    writeFileSync(path, code);
    return spawnSync(process.execPath, [path], { cwd: folder, encoding: "utf8" });
  };

  before(() => {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/simcli"), "junction");
    cpSync(fixturePath("notebook/v2.csv"), join(folder, "a.csv"));
    cpSync(fixturePath("notebook/v1.csv"), join(folder, "b.csv"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("has an example for every block of code on its page", () => {
    expect(examples)
      .to.have.length(page.match(/^```js$/gm)!.length)
      .above(5);
  });

  for (const [i, { code, output }] of examples.entries()) {
    it(`runs example ${i + 1} of its page`, () => {
      const { stdout, stderr } = run(code);
      expect(stderr).to.equal("");
      expect(stdout).to.equal(output);
    });
  }

  it("exports what its page names", () => {
    const script = 'import * as all from "simcli"; console.log(Object.keys(all).join(" "))';
    const names = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: folder,
      encoding: "utf8",
    });
    for (const name of names.trim().split(" ")) if (!name.startsWith("default")) expect(page, name).to.contain(name);
  });

  for (const backend of ["blas", "wasm"]) {
    it(`changes neither the environment nor the flags of its host (${backend})`, () => {
      const { stdout, stderr } = run(`
        import { createRuntime, hold, metricTiles, vectorsFrom } from "simcli";
        const before = JSON.stringify([process.env, process.execArgv, process.argv]);
        const set = vectorsFrom(Array.from({ length: 300 }, (_, i) => Array.from({ length: 40 }, (_, k) => Math.sin(i * k + k + 1))));
        const runtime = createRuntime({ threads: 2 });
        const backend = "${backend}" === "blas" && !runtime.findBlas().blas ? "wasm" : "${backend}";
        await hold(await metricTiles("cosine", set, set, { backend, runtime }));
        await runtime.dispose();
        console.log(JSON.stringify([process.env, process.execArgv, process.argv]) === before);
      `);
      expect(stderr).to.equal("");
      expect(stdout).to.equal("true\n");
    });
  }

  it("computes with several runtimes at once, and ends all threads on dispose", () => {
    const { stdout, stderr } = run(`
      import { createRuntime, hold, metricTiles, vectorsFrom } from "simcli";
      const set = vectorsFrom(Array.from({ length: 500 }, (_, i) => Array.from({ length: 64 }, (_, k) => Math.cos(i + k * k))));
      const runtimes = [1, 2, 4].map((threads) => createRuntime({ threads }));
      const jobs = runtimes.flatMap((runtime) =>
        ["cosine", "manhattan", "euclidean"].map(async (metric) => (await hold(await metricTiles(metric, set, set, { runtime, backend: "wasm" }))).values));
      const found = await Promise.all(jobs);
      const same = (x, y) => x.every((value, i) => Object.is(value, y[i]));
      console.log(found.every((values, i) => same(values, found[i % 3])));
      await Promise.all(runtimes.map((runtime) => runtime.dispose()));
      console.log(process.getActiveResourcesInfo().filter((name) => /worker|messageport/i.test(name)).length);
      const error = await metricTiles("cosine", set, set, { runtime: runtimes[1], backend: "wasm" }).catch((error) => error);
      console.log(error.message);
    `);
    expect(stderr).to.equal("");
    expect(stdout).to.equal("true\n0\nthe runtime was disposed of\n");
  });

  it("keeps to the memory of its runtime", () => {
    const { stdout, stderr } = run(`
      import { createRuntime, metricTiles, readVectors, vectorsFrom } from "simcli";
      const runtime = createRuntime({ memory: 6e5 });
      const set = vectorsFrom(Array.from({ length: 2000 }, (_, i) => [i + 1, Math.sin(i)]));
      let most = 0;
      const matrix = await metricTiles("cosine", set, set, { runtime, backend: "wasm" });
      for await (const { values } of matrix.tiles()) most = Math.max(most, values.byteLength);
      console.log(most <= 1e5);
      const small = createRuntime({ memory: 50 });
      console.log((await readVectors("a.csv", { runtime: small }).catch((error) => error)).name);
    `);
    expect(stderr).to.equal("");
    expect(stdout).to.equal("true\nMachineError\n");
  });

  it("stops at the next tile when its signal is aborted, and frees the memory", () => {
    const { stdout, stderr } = run(`
      import { metricTiles, vectorsFrom } from "simcli";
      const set = vectorsFrom(Array.from({ length: 4000 }, (_, i) => [i + 1, 1, Math.sin(i)]));
      for (const options of [{ backend: "wasm" }, { backend: "js" }, { mode: "loop" }, { paired: true }]) {
        const controller = new AbortController();
        const matrix = await metricTiles("cosine", set, set, { ...options, signal: controller.signal });
        let tiles = 0;
        try {
          for await (const _ of matrix.tiles()) {
            tiles++;
            controller.abort(new Error("enough"));
          }
          console.log("ended", tiles);
        } catch (error) {
          console.log(error.message, tiles);
        }
      }
    `);
    expect(stderr).to.equal("");
    expect(stdout).to.equal("enough 1\nenough 1\nenough 1\nended 1\n");
  });
});
