import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { parquetReadObjects } from "hyparquet";
import { fixtureRows, fixtureText } from "../reference.js";
import { workplace } from "./run.js";

interface AtlasRow {
  readonly id: string | bigint;
  readonly neighbors: { readonly ids: number[]; readonly distances: number[] };
  readonly label?: string;
}

type Distance = (a: readonly number[], b: readonly number[]) => number;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const product: Distance = (a, b) => sum(a.map((value, k) => value * b[k]!));
const centred = (a: readonly number[]) => a.map((value) => value - sum(a) / a.length);

/** The definitions of `scipy.spatial.distance`. */
const cosine: Distance = (a, b) => 1 - product(a, b) / Math.sqrt(product(a, a) * product(b, b));
const DISTANCES: { readonly [metric: string]: Distance } = {
  cosine,
  correlation: (a, b) => cosine(centred(a), centred(b)),
  euclidean: (a, b) => Math.hypot(...a.map((value, k) => value - b[k]!)),
  sqeuclidean: (a, b) => sum(a.map((value, k) => (value - b[k]!) ** 2)),
  manhattan: (a, b) => sum(a.map((value, k) => Math.abs(value - b[k]!))),
  chebyshev: (a, b) => Math.max(...a.map((value, k) => Math.abs(value - b[k]!))),
};

describe("simcli topk --embedding-atlas", () => {
  const place = workplace();
  const lines = fixtureText("digits/a.csv").trimEnd().split("\n").slice(1);
  const images = lines.map((line) => line.split(",").slice(2).map(Number));
  const topk = (options: string) => place.bash(`simcli topk digits.csv -o atlas.parquet --embedding-atlas ${options}`);

  async function rows(name = "atlas.parquet"): Promise<AtlasRow[]> {
    const file = Uint8Array.from(readFileSync(place.path(name))).buffer;
    return (await parquetReadObjects({ file })) as unknown as AtlasRow[];
  }

  before(() => {
    place.write("digits.csv", fixtureText("digits/a.csv"));
  });

  for (const [metric, distance] of Object.entries(DISTANCES)) {
    it(`writes row numbers and distances of the nearest rows, nearest first: ${metric}`, async () => {
      expect(topk(`--columns '!label' -k 7 --metric ${metric}`)).to.deep.equal({ code: 0, stdout: "", stderr: "" });
      const found = await rows();
      expect(found.map(({ id }) => id)).to.deep.equal(lines.map((line) => line.split(",")[0]));
      for (const [i, { neighbors, ...others }] of found.entries()) {
        expect(Object.keys(others)).to.deep.equal(["id"]);
        const all = images.map((image, j) => (j === i ? Number.POSITIVE_INFINITY : distance(images[i]!, image)));
        const nearest = [...all].sort((x, y) => x - y).slice(0, 7);
        expect(new Set(neighbors.ids)).to.have.property("size", 7);
        expect(neighbors.distances).to.have.length(7);
        for (const [rank, nearestDistance] of nearest.entries()) {
          const tolerance = 1e-12 * Math.max(1, nearestDistance);
          expect(neighbors.distances[rank]).to.be.closeTo(nearestDistance, tolerance);
          expect(all[neighbors.ids[rank]!]).to.be.closeTo(nearestDistance, tolerance);
        }
        expect(neighbors.distances).to.deep.equal([...neighbors.distances].sort((x, y) => x - y));
      }
    });
  }

  it("has the neighbours of the plain output", async () => {
    topk("--columns '!label' -k 3");
    const records = JSON.parse(place.bash("simcli topk digits.csv --columns '!label' -k 3 --json").stdout);
    const ids = lines.map((line) => line.split(",")[0]);
    const flat = (await rows()).flatMap(({ id, neighbors }) =>
      neighbors.ids.map((row, at) => ({ query: id, rank: at + 1, id: ids[row], distance: neighbors.distances[at] })),
    );
    expect(flat).to.deep.equal(
      records.map(({ query, rank, id, score }: Record<string, number>) => ({ query, rank, id, distance: 1 - score! })),
    );
  });

  it("numbers rows without ids, and caps the neighbours at the other rows", async () => {
    expect(place.bash("simcli topk a.csv -f parquet --embedding-atlas > piped.parquet").code).to.equal(0);
    const found = await rows("piped.parquet");
    expect(found.map(({ id }) => id)).to.deep.equal([0n, 1n, 2n, 3n]);
    for (const [i, { neighbors }] of found.entries()) {
      const others = fixtureRows("notebook/v2.csv").flatMap((_, j) => (j === i ? [] : [j]));
      expect([...neighbors.ids].sort()).to.deep.equal(others);
    }
  });

  it("includes the row itself with --no-exclude-self, at distance 0", async () => {
    topk("--columns '!label' -k 1 --no-exclude-self");
    for (const [i, { neighbors }] of (await rows()).entries()) {
      expect(neighbors).to.deep.equal({ ids: [i], distances: [0] });
    }
  });

  it("adds labels, from a column or a file", async () => {
    const labels = lines.map((line) => line.split(",")[1]!);
    place.write("labels.txt", `${labels.join("\n")}\n`);
    for (const source of ["label", "labels.txt --columns '!label'"]) {
      expect(topk(`-k 2 --labels ${source}`).code).to.equal(0);
      const found = await rows();
      expect(found.map(({ label }) => label)).to.deep.equal(labels);
      expect(Object.keys(found[0]!)).to.deep.equal(["id", "neighbors", "label"]);
    }
  });

  it("writes a row for each query, also for one without neighbours", async () => {
    place.write("few.csv", "id,x,y\na,1,0\nb,0,1\nc,1,0.1\nd,0,0\n");
    place.bash(
      "simcli topk few.csv --min-score 0.9 --zero-vectors nan -o few.parquet --embedding-atlas && simcli topk few.csv --zero-vectors nan -o all.parquet --embedding-atlas",
    );
    expect((await rows("few.parquet")).map(({ id, neighbors }) => [id, neighbors.ids])).to.deep.equal([
      ["a", [2]],
      ["b", []],
      ["c", [0]],
      ["d", []],
    ]);
    expect((await rows("all.parquet")).map(({ neighbors }) => neighbors.ids)).to.deep.equal([
      [2, 1],
      [2, 0],
      [0, 1],
      [],
    ]);
  });

  it("refuses what Embedding Atlas cannot read, before it reads or writes a file", () => {
    for (const [options, message] of [
      ["digits.csv", "the format parquet, found csv\nhint: -f parquet -o FILE.parquet\n"],
      ["digits.csv -o x.json", "the format parquet, found json\nhint: -f parquet -o FILE.parquet\n"],
      ["digits.csv -f npy -o x.parquet", "the format parquet, found npy\nhint: -f parquet -o FILE.parquet\n"],
      [
        "digits.csv b.csv -o x.parquet",
        "one file, whose rows are each other's neighbours, found the corpus b.csv\nhint: leave out the corpus\n",
      ],
      ["digits.csv --metric dot -o x.parquet", "a metric with distances, found dot\nhint: --metric cosine\n"],
      [
        "none.csv --missing skip-row -o x.parquet",
        "all rows of the file, found --missing skip-row\nhint: a row that is left out would shift the row numbers after it; --missing mean keeps all rows\n",
      ],
    ]) {
      const ended = place.bash(`simcli topk ${options} --embedding-atlas`);
      expect(ended, options).to.deep.equal({
        code: 2,
        stdout: "",
        stderr: `simcli: --embedding-atlas: expected ${message}`,
      });
    }
    for (const name of ["x.parquet", "x.json"]) expect(existsSync(place.path(name)), name).to.equal(false);
  });
});
