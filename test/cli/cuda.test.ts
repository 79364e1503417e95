import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { npyBytes } from "../npy-bytes.js";
import { randomRows, root } from "../reference.js";
import { workplace } from "./run.js";

const floats = (rows: number, d: number, seed: number) => Float32Array.from(randomRows(rows, d, seed).flat());

/** Libraries that stand for those of NVIDIA: the card is the memory of the process. */
describe("--backend cuda, with a card in the memory of the process", () => {
  const place = workplace();

  before(function () {
    this.timeout(60_000);
    if (process.platform !== "linux") this.skip();
    const library = place.path("libcuda.so.1");
    const source = join(root, "test/cuda/stub.c");
    const built = spawnSync("cc", ["-O2", "-shared", "-fPIC", "-o", library, source, "-lm"]);
    // There is no compiler of C.
    if (built.error) this.skip();
    expect(built.stderr.toString()).to.equal("");
    for (const name of ["libcublas.so.12", "libnvrtc.so.12"]) symlinkSync(library, place.path(name));
    place.write("a.npy", npyBytes(floats(300, 37, 1), [300, 37]));
    place.write("b.npy", npyBytes(floats(700, 37, 2), [700, 37]));
    place.write("doubles.npy", npyBytes(Float64Array.from(floats(300, 37, 3)), [300, 37]));
    const whole = floats(700, 8, 4).map((x) => Math.round(2 * x) || 1);
    place.write("ties.npy", npyBytes(whole, [700, 8]));
  });

  /** Runs a command line on the card. */
  const onCard = (line: string, env: Record<string, string> = {}) =>
    place.bash(`simcli ${line} --backend cuda`, { SIMCLI_CUDA: place.path(""), ...env });

  const SEARCHES = [
    "topk a.npy b.npy -k 10",
    "topk b.npy -k 150",
    "topk a.npy b.npy -k 7 --metric euclidean",
    "topk a.npy b.npy -k 7 --metric dot --min-score 5",
    "topk doubles.npy b.npy -k 3 --metric correlation",
    "topk ties.npy -k 5",
    "pairs b.npy --min-score 0.4",
    "pairs a.npy b.npy --min-score 0.4",
    "pairs ties.npy --min-score 0.9",
    "pairs ties.npy --metric sqeuclidean --min-score 4",
    "mine a.npy a.npy --quiet",
    "dedupe ties.npy --quiet -f csv",
  ];

  for (const line of SEARCHES) {
    it(`finds the same as the processor: ${line}`, () => {
      const expected = place.bash(`simcli ${line} -f csv`);
      expect(expected.code).to.equal(0);
      for (const bytes of [2 ** 30, 2 ** 28 + 300_000]) {
        const found = onCard(`${line} -f csv`, { SIMCLI_STUB_BYTES: String(bytes) });
        expect(found.stderr).to.equal(expected.stderr);
        expect(found.code).to.equal(0);
        expect(found.stdout).to.equal(expected.stdout);
      }
    });
  }

  it("computes the cells of a matrix on the card, in the precision of the rows", () => {
    for (const [line, digits] of [
      ["cosine a.npy b.npy", 14],
      ["dot doubles.npy doubles.npy", 12],
      ["dot a.npy a.npy --dtype f32", 4],
      ["euclidean a.npy b.npy", 11],
      // Not computed on the card.
      ["manhattan a.npy a.npy --quiet", 17],
    ] as const) {
      const [expected, found] = [place.bash(`simcli ${line} --backend js`), onCard(line)];
      expect(found.stderr, line).to.equal("");
      const [x, y] = [expected, found].map(({ stdout }) => stdout.trimEnd().split(/[\n,]/).map(Number));
      expect(y!.length).to.equal(x!.length);
      expect(
        x!.findIndex((value, k) => !(Math.abs(value - y![k]!) < 10 ** -digits)),
        line,
      ).to.equal(-1);
    }
    const { stderr } = onCard("cosine a.npy b.npy --verbose -o out.npy");
    expect(stderr).to.contain("backend cuda (Stub card, CUDA 12.4; ");
    // 2 · 300 · 700 · 37 operations, in 1 ms for each product.
    expect(stderr).to.match(/the card computed 0\.0000155 TFLOP in 0\.0\d\d s, .* TFLOP\/s; copied .* GB in .* GB\/s/);
  });

  it("releases what it takes on the card, except the rows of the last search", () => {
    const log = place.path("calls.log");
    expect(onCard("topk a.npy b.npy -k 3 -q -o out.csv", { SIMCLI_STUB_LOG: log }).code).to.equal(0);
    const calls = readFileSync(log, "utf8").split("\n");
    const count = (name: string) => calls.filter((call) => call === name).length;
    // Rows and terms of the corpus.
    expect(count("cuMemAlloc_v2") - count("cuMemFree_v2")).to.equal(2);
    expect(count("cuEventCreate")).to.equal(count("cuEventDestroy_v2"));
    expect(count("nvrtcCreateProgram")).to.equal(count("nvrtcDestroyProgram"));
    expect(calls.indexOf("cublasSetMathMode")).to.be.below(calls.indexOf("cublasSgemm_v2"));
  });

  it("ends with one line when a call fails, and leaves no file", () => {
    const log = place.path("failing.log");
    const line = "topk a.npy b.npy -k 3 -q -o out.csv";
    rmSync(place.path("out.csv"), { force: true });
    expect(onCard(`${line.replace("out.csv", "good.csv")}`, { SIMCLI_STUB_LOG: log }).code).to.equal(0);
    const names = new Set(readFileSync(log, "utf8").split("\n").filter(Boolean));
    expect(names.size).to.be.above(25);
    for (const name of names) {
      // A failure to free memory comes after the result.
      if (name === "cuMemFree_v2" || name === "nvrtcDestroyProgram") continue;
      const { code, stdout, stderr } = onCard(line, { SIMCLI_STUB_FAIL: `${name}:1` });
      expect(code, name).to.equal(1);
      expect(stdout, name).to.equal("");
      expect(stderr, name).to.match(/^simcli: --backend cuda: .*\nhint: .*\n$/);
      expect(existsSync(place.path("out.csv")), name).to.equal(false);
    }
  });

  it("notes scores that no card computes", () => {
    const note =
      "simcli: --backend cuda was not used for these scores: a graphics card computes only products of all rows\n";
    for (const line of [
      "manhattan a.npy b.npy",
      "topk a.npy b.npy --metric chebyshev -k 1",
      "cosine a.npy --mode loop",
    ]) {
      expect(onCard(line).stderr, line).to.equal(note);
    }
    expect(onCard("topk a.npy b.npy -k 1").stderr).to.equal("");
  });

  it("says what is not there", () => {
    const reasonOf = (env: Record<string, string>) => onCard("topk a.npy b.npy", env).stderr;
    expect(reasonOf({ SIMCLI_STUB_NO_CARD: "1" })).to.contain("the driver of NVIDIA found no card");
    expect(reasonOf({ SIMCLI_STUB_BYTES: String(2 ** 28) })).to.contain(
      "too little memory is free on Stub card, CUDA 12.4",
    );
    expect(reasonOf({ SIMCLI_CUDA: "relative" })).to.contain(
      "SIMCLI_CUDA: relative is not the absolute path of a folder",
    );
    expect(place.bash("simcli topk a.npy --backend gpu").stderr).to.contain(
      "hint: --backend cuda or webgpu; simcli backends",
    );
    expect(reasonOf({ SIMCLI_CUDA: "" })).to.contain("found no driver of NVIDIA");
  });
});
