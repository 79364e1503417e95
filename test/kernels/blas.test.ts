import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Blas, findBlas } from "#dist/kernels/blas.js";
import { setBlasEnvironment } from "#dist/shell/host-process.js";
import { randomRows } from "../reference.js";

function hasKoffi(): boolean {
  try {
    createRequire(import.meta.url)("koffi");
    return true;
  } catch {
    return false;
  }
}

function load(path?: string): { blas: Blas | null; said: string[] } {
  const said: string[] = [];
  return { blas: findBlas(path, { onSkip: (reason) => said.push(reason) }), said };
}

describe("findBlas", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "simcli-blas-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Expects that a library is skipped for this reason; without koffi, the reason is that none can be loaded. */
  function expectSkipped(path: string, reason: RegExp): void {
    const { blas, said } = load(path);
    expect(blas).to.equal(null);
    expect(said).to.have.length(1);
    if (!hasKoffi()) {
      expect(said[0]).to.equal("the package koffi is not installed");
      return;
    }
    expect(said[0]!.startsWith(`${path}: `)).to.be.true;
    expect(said[0]).to.match(reason);
  }

  it("skips a file that does not exist, with the reason", () => {
    expectSkipped(join(folder, "missing.so"), /missing\.so/);
  });

  it("skips a file that is not a library", () => {
    const path = join(folder, "text.so");
    writeFileSync(path, "this is no library\n");
    expectSkipped(path, /text\.so: ./);
  });

  it("skips a library that is not a BLAS", function () {
    if (process.platform !== "linux") this.skip();
    expectSkipped("libm.so.6", /cblas_dgemm/);
  });

  it("multiplies with the library of this machine, where there is one", async () => {
    const { blas, said } = load();
    if (!blas) {
      expect(said.join()).not.to.include("wrong");
      return;
    }
    expect(blas.description).to.match(/./);
    const [a, b] = [randomRows(5, 7, 1), randomRows(3, 7, 2)];
    const expected = a.flatMap((row) => b.map((other) => row.reduce((sum, x, k) => sum + x * other[k]!, 0)));
    for (const [type, tolerance] of [
      [Float64Array, 1e-14],
      [Float32Array, 1e-5],
    ] as const) {
      // Rows of cells with gaps between them, which must not change.
      const cells = new type(4 * 4 + 3 + 1).fill(7777);
      await blas.multiply(type.from(a.flat()), type.from(b.flat()), 7, cells, 4);
      cells.forEach((cell, at) => {
        if (at % 4 === 3) expect(cell).to.equal(7777);
        else expect(cell).to.be.closeTo(expected[Math.floor(at / 4) * 3 + (at % 4)]!, tolerance);
      });
    }
  });

  it("skips libraries with 64-bit integers and libraries whose product is wrong", function () {
    const sources = {
      ilp64: 'const char *openblas_get_config(void) { return "OpenBLAS 0.3.21 USE64BITINT"; }',
      wrong: "void cblas_dgemm(void) {}\nvoid cblas_sgemm(void) {}",
    };
    for (const [name, source] of Object.entries(sources)) {
      writeFileSync(join(folder, `${name}.c`), source);
      try {
        execFileSync("cc", ["-shared", "-fPIC", "-o", join(folder, `${name}.so`), join(folder, `${name}.c`)]);
      } catch {
        this.skip();
      }
    }
    expectSkipped(join(folder, "ilp64.so"), /it uses 64-bit integers \(ILP64\), expected 32-bit \(LP64\)/);
    expectSkipped(join(folder, "wrong.so"), /its product of a test matrix is wrong/);
  });
});

describe("setBlasEnvironment", () => {
  it("sets one thread for each library, and keeps the kernels that the user chose", () => {
    const env: NodeJS.ProcessEnv = { OPENBLAS_CORETYPE: "ZEN" };
    setBlasEnvironment(env);
    expect(env).to.include({ OPENBLAS_CORETYPE: "ZEN", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" });
  });
});
