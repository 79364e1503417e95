import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fixturePath, root } from "../reference.js";

const isBundled = !readFileSync(join(root, "dist/cli/simcli.cjs"), "utf8").includes("Stands in for the bundle");

describe("start of the program", () => {
  it("loads no code of the commands to print the version", () => {
    const script = 'require("./dist/cli/simcli.cjs"); console.log(Object.keys(require.cache).join())';
    const loaded = execFileSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" });
    expect(loaded).to.include("simcli.cjs").and.not.include("common.cjs");
  });

  describe("code cache", () => {
    let folder = "";
    const cached = () => readdirSync(join(folder, "dist/cli")).filter((name) => name.startsWith("common.cjs."));
    const cache = () => join(folder, "dist/cli", `common.cjs.${process.version}-${process.arch}.cosine`);
    const run = (...options: string[]) =>
      execFileSync(
        process.execPath,
        [join(folder, "bin/simcli.js"), "cosine", fixturePath("notebook/v2.csv"), ...options],
        { encoding: "utf8" },
      );

    before(function () {
      if (!isBundled) this.skip();
    });
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "simcli-start-"));
      for (const name of ["bin", "dist", "package.json"])
        cpSync(join(root, name), join(folder, name), { recursive: true });
      symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
      for (const name of cached()) rmSync(join(folder, "dist/cli", name));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it("is written by the first run, and used by the next one with the same result", () => {
      const first = run();
      expect(cached()).to.deep.equal([`common.cjs.${process.version}-${process.arch}.cosine`]);
      const bytes = readFileSync(cache());
      expect(run()).to.equal(first);
      expect(readFileSync(cache()).equals(bytes)).to.equal(true);
    });

    it("is accepted by V8 although the kernels set a flag", () => {
      run("--backend", "wasm");
      const script =
        'const [file, cache] = process.argv.slice(1); const source = require("node:fs").readFileSync;' +
        "const cachedData = source(cache);" +
        'const text = require("node:module").wrap(source(file, "utf8"));' +
        'console.log(new (require("node:vm").Script)(text, { filename: file, cachedData }).cachedDataRejected)';
      const file = join(folder, "dist/cli/common.cjs");
      expect(execFileSync(process.execPath, ["-e", script, file, cache()], { encoding: "utf8" })).to.equal("false\n");
    });

    it("is ignored if V8 refuses it, and written again if it is older than the code", () => {
      const first = run();
      writeFileSync(cache(), "damaged");
      expect(run()).to.equal(first);
      expect(readFileSync(cache(), "utf8")).to.equal("damaged");
      utimesSync(cache(), 1, 1);
      expect(run()).to.equal(first);
      expect(readFileSync(cache(), "utf8")).not.to.equal("damaged");
    });

    it("is left out without a message if it cannot be written", () => {
      mkdirSync(cache());
      writeFileSync(join(cache(), "file"), "");
      expect(run()).to.include(",");
      expect(cached()).to.have.length(1);
    });
  });
});
