import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { openSoftwareCard, softwareCardVariables } from "../kernels/card/software-card.js";
import { npyBytes } from "../npy-bytes.js";
import { drawing } from "../reference.js";
import { workplace } from "./run.js";

/** Just enough numbers that rows are searched on a card, few cells: a software card is slow. */
const SIZES = { a: 250, b: 510, d: 1057 };

describe("simcli on a WebGPU card", () => {
  const place = workplace();
  /** The backend of what a WebGPU card does not do: statistics of all cells, whose last digits depend on it. */
  let others = "wasm";

  before(async function () {
    const card = await openSoftwareCard();
    if (!card) this.skip();
    card.close();
    const draw = drawing(7);
    const rowsOf = (n: number) => Float32Array.from({ length: n * SIZES.d }, () => draw() - 0.5);
    const [a, b] = [rowsOf(SIZES.a), rowsOf(SIZES.b)];
    const { d } = SIZES;
    // Near rows, equal rows, multiples, and a row of b that is one of a.
    for (let i = 0; i < b.length; i++) if (Math.floor(i / d) % 3 === 0) b[i]! += 1.5 * a[i % (40 * d)]!;
    b.copyWithin(10 * d, 0, d);
    b.set(
      b.subarray(0, d).map((x) => 4 * x),
      20 * d,
    );
    b.set(a.subarray(5 * d, 6 * d), 300 * d);
    place.write("a.npy", npyBytes(a, [SIZES.a, d]));
    place.write("b.npy", npyBytes(b, [SIZES.b, d]));
    if (place.bash("simcli cosine a.csv --backend blas").code === 0) others = "blas";
  });

  for (const command of [
    "topk a.npy b.npy -k 7",
    "topk b.npy -k 100",
    "topk a.npy b.npy -k 3 --metric dot --min-score 10",
    "topk a.npy b.npy -k 3 --metric euclidean",
    "topk b.npy -k 2 --metric sqeuclidean",
    "topk a.npy b.npy -k 2 --metric correlation",
    "pairs b.npy --min-score 0.4",
    "pairs a.npy b.npy --min-score 0.3",
    "dedupe b.npy --min-score 0.6",
    "mine a.npy b.npy --positives positives.csv",
    "eval a.npy b.npy --qrels positives.csv -k 1,10,50",
  ]) {
    it(`${command.replace(/ [ab]\.npy.*? -/, " -")} has the result of the processor`, () => {
      place.write("positives.csv", Array.from({ length: SIZES.a }, (_, i) => `${i},${3 * (i % 40)}\n`).join(""));
      const onCard = place.bash(`simcli ${command} --backend webgpu --verbose -f json`, softwareCardVariables);
      expect(onCard.stderr).to.contain("backend webgpu");
      const expected = place.bash(`simcli ${command} --backend ${others} -f json`);
      expect(expected.code).to.equal(0);
      expect(onCard.code).to.equal(0);
      expect(onCard.stdout.length).to.be.above(100);
      expect(onCard.stdout).to.equal(expected.stdout);
    });
  }

  it("has an error where the card or the package is not there", () => {
    const run = (variables: Record<string, string>) =>
      place.bash("simcli topk a.npy b.npy --backend webgpu", { ...softwareCardVariables, ...variables });
    const noCard = run({ VK_ICD_FILENAMES: "/none.json" });
    expect(noCard.code).to.equal(1);
    expect(noCard.stderr).to.contain("expected a graphics card, WebGPU finds no graphics card with a driver");
    const noPackage = run({ SIMCLI_WEBGPU: "webgpu" });
    expect(noPackage.code).to.equal(1);
    expect(noPackage.stderr).to.contain("expected the absolute path of the package webgpu, found webgpu");
  });

  it("takes the package from where Node has its packages, never from the working directory", () => {
    const platform = process.platform === "darwin" ? "darwin-universal" : `${process.platform}-${process.arch}`;
    const folder = place.path(`node_modules/webgpu/dist/${platform}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "dawn.node"), "no library");
    place.write("node_modules/webgpu/package.json", "{}");
    const run = (variables: Record<string, string>) =>
      place.bash("simcli topk a.npy b.npy --backend webgpu", {
        ...softwareCardVariables,
        SIMCLI_WEBGPU: "",
        ...variables,
      });
    expect(run({}).stderr).not.to.contain(folder);
    expect(run({ NODE_PATH: place.path("node_modules") }).stderr).to.contain(
      `${join(folder, "dawn.node")} cannot be loaded: `,
    );
  });

  it("is not chosen by itself where a program takes the place of a card", () => {
    const ended = place.bash("simcli topk a.npy b.npy --verbose", softwareCardVariables);
    expect(ended.code).to.equal(0);
    expect(ended.stderr).not.to.contain("webgpu");
  });
});
