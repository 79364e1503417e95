import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { expect } from "chai";
import { npyBytes } from "../npy-bytes.js";
import { randomRows } from "../reference.js";
import { workplace } from "./run.js";

/** Libraries that simcli loads by these names. */
const NAMES = [
  ...["libopenblas.so.0", "libopenblas.so", "libmkl_rt.so.2", "libmkl_rt.so", "libblis.so.4", "libblis.so"],
  ...["libcuda.so.1", "libcublas.so.12", "libcublas.so", "libnvrtc.so.12", "libnvrtc.so", "libvulkan.so.1"],
];

/** A library that leaves a file when it is loaded. */
const TRAP = `#include <stdio.h>
__attribute__((constructor)) static void sprung(void) { fclose(fopen("sprung", "w")); }
`;

describe("libraries in the working directory", () => {
  const place = workplace();
  const isSprung = () => existsSync(place.path("sprung"));

  before(function () {
    if (process.platform !== "linux") this.skip();
    const path = place.path(place.write("trap.c", TRAP));
    const built = spawnSync("cc", ["-shared", "-fPIC", "-o", place.path("trap.so"), path]);
    // There is no compiler of C.
    if (built.error) this.skip();
    for (const name of NAMES) symlinkSync("trap.so", place.path(name));
    for (const name of ["webgpu", "koffi"]) {
      const folder = `node_modules/${name}`;
      mkdirSync(place.path(`${folder}/dist/linux-${process.arch}`), { recursive: true });
      place.write(`${folder}/package.json`, "{}");
      symlinkSync(place.path("trap.so"), place.path(`${folder}/dist/linux-${process.arch}/dawn.node`));
      place.write(`${folder}/index.js`, 'require("node:fs").writeFileSync("sprung", "");');
    }
    const floats = Float32Array.from(randomRows(700, 32, 1).flat());
    place.write("many.npy", npyBytes(floats, [700, 32]));
  });

  afterEach(() => place.bash("rm -f sprung"));

  it("would leave a trace", () => {
    place.bash("SIMCLI_BLAS=$PWD/trap.so simcli cosine many.npy --backend blas");
    expect(isSprung()).to.equal(true);
  });

  for (const line of [
    ...["auto", "blas", "cuda", "webgpu"].map((backend) => `simcli topk many.npy -k 3 --backend ${backend}`),
    "SIMCLI_BLAS=libopenblas.so.0 simcli topk many.npy -k 3 --backend blas",
    "SIMCLI_BLAS=./trap.so simcli topk many.npy -k 3 --backend blas",
    "SIMCLI_CUDA=. simcli topk many.npy -k 3 --backend cuda",
    "SIMCLI_WEBGPU=./node_modules/webgpu simcli topk many.npy -k 3 --backend webgpu",
    "SIMCLI_CUDA=. SIMCLI_WEBGPU=. SIMCLI_BLAS=./trap.so simcli backends",
  ]) {
    it(`are not loaded: ${line}`, () => {
      place.bash(line);
      expect(isSprung()).to.equal(false);
    });
  }

  it("are refused by a relative path, with the reason", () => {
    const { code, stderr } = place.bash("SIMCLI_BLAS=./trap.so simcli cosine many.npy --backend blas");
    expect(code).to.equal(1);
    expect(stderr).to.contain("./trap.so: expected an absolute path, or a file name that the system searches");
  });
});
