import { readFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";
import { expect } from "chai";
import { workplace } from "./run.js";

/** Returns the texts of the `title` elements that match a pattern, as the groups of each match. */
const titles = (svg: string, pattern: RegExp): string[][] =>
  [...svg.matchAll(/<title>([^<]*)<\/title>/g)].flatMap(([, text = ""]) => {
    const found = pattern.exec(text);
    return found ? [found.slice(1)] : [];
  });

const sum = (counts: readonly string[][]) => counts.reduce((total, [count]) => total + Number(count), 0);

describe("charts", () => {
  const place = workplace();

  /** Runs a command, and returns the chart that a strict parser accepts. */
  async function chart(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await place.run(...args, "-f", "svg");
    expect([code, stderr], args.join(" ")).to.deep.equal([0, ""]);
    new Resvg(stdout);
    return stdout;
  }

  it("of eval count all scores and ranks, and show the metrics at each k", async () => {
    place.write("q.csv", "1,0\n0,1\n1,1\n-1,0\n2,1\n");
    place.write("c.csv", "1,0.1\n1,0\n1,1.2\n-1,0.3\n1,2\n");
    const svg = await chart("eval", "q.csv", "c.csv", "-k", "1,3");
    expect(sum(titles(svg, /^positive: (\d+) from/))).to.equal(5);
    expect(sum(titles(svg, /^negative: (\d+) from/))).to.equal(20);
    const { stdout } = await place.run("eval", "q.csv", "c.csv", "-k", "1,3", "--json");
    const { metrics } = JSON.parse(stdout);
    const shown = titles(svg, /^([\w-]+) at (\d+): (.*)$/).map(([name, k, value]) => [`${name}@${k}`, Number(value)]);
    const expected = Object.entries(metrics).filter(([name]) => name.includes("@"));
    expect(Object.fromEntries(shown)).to.deep.equal(
      Object.fromEntries(expected.map(([name, value]) => [name, Number((value as number).toPrecision(4))])),
    );
    const ranks = await place.run("eval", "q.csv", "c.csv", "--per-query", "--json");
    const first = JSON.parse(ranks.stdout).map((query: { first_rank: number }) => query.first_rank);
    expect(titles(svg, /^(\d+): (\d+)$/)).to.deep.equal(
      [1, 2, 3]
        .map((rank) => [String(rank), String(first.filter((one: number) => one === rank).length)])
        .filter(([rank]) => Number(rank) <= Math.max(...first)),
    );
  });

  it("of eval draw precision and recall of distances from the smallest one", async () => {
    place.write("q.csv", "0,0\n10,0\n");
    place.write("c.csv", "0,1\n10,1\n");
    const curve = /aria-label="Precision and recall[\s\S]*?class="line"[^>]*><path d="([^"]*)"/;
    const path = curve.exec(await chart("eval", "q.csv", "c.csv", "--metric", "euclidean"))?.[1] ?? "";
    const heights = [...path.matchAll(/,([\d.]+)/g)].map(([, y]) => Number(y));
    // Both relevant rows are nearer than all others, so that precision is 1 at the top of the plot.
    expect(new Set(heights)).to.deep.equal(new Set([24]));
  });

  it("of pairs with gold scores and of overlaps show every pair and row", async () => {
    place.write("gold.txt", "5\n0.5\n3\n3\n");
    const svg = await chart("loss", "a.csv", "b.csv", "--kind", "cosent", "--scores", "gold.txt");
    expect(svg).to.contain("CoSENT losses of 4 pairs").and.contain("gold score");
    const { stdout } = await place.run("loss", "a.csv", "b.csv", "--kind", "cosent", "--scores", "gold.txt", "--json");
    const losses = JSON.parse(stdout).perAnchor.map(({ loss }: { loss: number }) => loss);
    const shown = titles(svg, /^(\d): ([\d.e-]+)$/);
    expect(shown.map(([, value]) => Number(value))).to.deep.equal(
      losses.map((loss: number) => Number(loss.toPrecision(4))),
    );
    const overlap = await chart("overlap", "a.csv", "b.csv", "-k", "2");
    expect(sum(titles(overlap, /^(\d+) from/))).to.equal(2 * 4);
  });

  it("of loss mark positives and closest negatives, and show the loss at every margin", async () => {
    const svg = await chart("loss", "a.csv", "b.csv", "--margin", "0.25,0.5");
    expect(svg).to.include("frame: positive · dot: closest negative");
    expect(svg.match(/<rect [^>]*fill="none"/g)).to.have.length(4);
    const anchors = titles(svg, /^(\d), L2: (.*)$/);
    const { stdout } = await place.run("loss", "a.csv", "b.csv", "--margin", "0.25", "--json");
    const { perAnchor } = JSON.parse(stdout);
    expect(anchors.map(([, value]) => Number(value))).to.deep.equal(
      perAnchor.map(({ l2 }: { l2: number }) => Number(l2.toPrecision(4))),
    );
    const swept = titles(svg, /^loss at ([\d.]+): (.*)$/);
    expect(swept).to.have.length(25);
    for (const [margin = "", loss] of [swept[6], swept[24]] as string[][]) {
      const { stdout: total } = await place.run("loss", "a.csv", "b.csv", "--margin", margin, "--total");
      expect(Number(loss)).to.equal(Number(Number(total).toPrecision(4)));
    }
  });

  it("of loss accept every kind, a matrix on stdin, a gradient, and a reduction to nothing", async () => {
    for (const kind of ["triplet", "soft-margin", "infonce", "siglip", "supcon", "contrastive", "multi-similarity"]) {
      expect(await chart("loss", "a.csv", "b.csv", "--kind", kind)).to.match(/losses of 4 anchors/);
    }
    expect(await chart("loss", "a.csv", "b.csv", "--reduction", "none")).not.to.include("Loss at other margins");
    expect(await chart("loss", "a.csv", "b.csv", "--anchors", "both", "--gradient", "g.csv")).to.include(
      "anchors: both",
    );
    expect(readFileSync(place.path("g.csv"), "utf8").split("\n")).to.have.length(5);
    const piped = place.bash("simcli cosine a.csv b.csv | simcli loss -f svg");
    expect(piped).to.include({ code: 0, stderr: "" });
    expect(piped.stdout).to.include("frame: positive");
  });

  it("keep ids text, and draw as PNG", async () => {
    const hostile = `"<script>alert(1)</script>","&lt;']]>","a\u001b[31mb","\u202edcba"`.split(",");
    place.write("ids.csv", `id,x,y\n${hostile.map((id, i) => `${id},${i + 1},${i * i}`).join("\n")}\n`);
    const svg = await chart("loss", "ids.csv", "ids.csv");
    expect(svg).not.to.match(/<script|\u001b|\u202e/);
    expect(svg).to.include("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(await place.run("loss", "ids.csv", "ids.csv", "-o", "l.png")).to.include({ code: 0, stderr: "" });
    expect(await place.run("eval", "ids.csv", "ids.csv", "-o", "e.png")).to.include({ code: 0, stderr: "" });
    for (const name of ["l.png", "e.png"]) {
      expect(readFileSync(place.path(name)).subarray(1, 4).toString()).to.equal("PNG");
    }
  });

  it("are refused for records and totals", async () => {
    for (const args of [
      ["eval", "a.csv", "b.csv", "--per-query"],
      ["loss", "a.csv", "b.csv", "--total"],
      ["mine", "a.csv", "b.csv"],
    ]) {
      const { code, stderr } = await place.run(...args, "-f", "svg");
      expect([code, stderr], args.join(" ")).to.deep.equal([
        2,
        "simcli: --format: expected table, csv, tsv, json, ndjson, markdown, parquet, arrow for a list of records, found svg\n" +
          "hint: svg shows a matrix or charts\n",
      ]);
    }
  });
});
