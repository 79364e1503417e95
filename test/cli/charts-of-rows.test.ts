import { readFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";
import { expect } from "chai";
import { fixtureJson, fixturePath } from "../reference.js";
import { workplace } from "./run.js";

/** Returns the part of a picture that draws the chart whose title begins with a text; empty if there is none. */
function panel(svg: string, title: string): string {
  const parts = svg.split(/(?=<svg [^>]*aria-label=)/).slice(1);
  return parts.find((part) => part.slice(0, part.indexOf(">")).includes(`aria-label="${title}`)) ?? "";
}

/** Returns the texts of the `title` elements of a chart that match a pattern, as the groups of each match. */
const titles = (chart: string, pattern: RegExp): string[][] =>
  [...chart.matchAll(/<title>([^<]*)<\/title>/g)].flatMap(([, text = ""]) => {
    const found = pattern.exec(text);
    return found ? [found.slice(1)] : [];
  });

const sum = (counts: readonly string[][]) => counts.reduce((total, [count]) => total + Number(count), 0);

/** Returns the bars of a chart: `name: height`. */
const bars = (chart: string): string[] => titles(chart, /^([\d–]+: \d+)$/).flat();

const countOf = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

/** Returns how many times each number occurs, as the bars of groups that end at 3 and below. */
function occurrences(values: readonly number[]): string[] {
  return [...new Set(values)]
    .filter((value) => value <= 3)
    .sort((one, other) => one - other)
    .map((value) => `${value}: ${values.filter((one) => one === value).length}`);
}

describe("charts of topk, pairs and describe", () => {
  const place = workplace();
  const digits = fixturePath("digits/a.csv");
  const images = [digits, "--columns", "!label"];

  /** Runs a command, and returns the chart that a strict parser accepts. */
  async function chart(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await place.run(...args, "-f", "svg");
    expect([code, stderr], args.join(" ")).to.deep.equal([0, ""]);
    new Resvg(stdout);
    return stdout;
  }

  async function records<T>(...args: string[]): Promise<T[]> {
    return JSON.parse((await place.run(...args, "--json")).stdout);
  }

  it("of topk count the scores of the first and last rank, and how often each row is a neighbour", async () => {
    const svg = await chart("topk", ...images, "-k", "4");
    const found = await records<{ id: string; rank: number; score: number }>("topk", ...images, "-k", "4");
    const scores = panel(svg, "Scores of the neighbours of rank 1 and of rank 4");
    for (const rank of [1, 4]) {
      const own = found.filter((one) => one.rank === rank).map(({ score }) => score);
      const bins = titles(scores, new RegExp(`^rank ${rank}: (\\d+) from (\\S+) to (\\S+)$`));
      expect(sum(bins)).to.equal(40);
      // The edges have four digits: a score near one of them is in one of two bins.
      for (const [count, from, to] of bins) {
        const within = (slack: number) =>
          own.filter((score) => score >= Number(from) - slack && score < Number(to) + slack).length;
        expect(Number(count)).to.be.within(within(-1e-4), within(1e-4));
      }
    }
    const ids = Array.from({ length: 40 }, (_, i) => `digit-${i}`);
    const counts = ids.map((id) => found.filter((one) => one.id === id).length);
    const shown = bars(panel(svg, "k-occurrence"));
    expect(shown).to.include.members(occurrences(counts));
    expect(shown.reduce((total, bar) => total + Number(bar.split(": ")[1]), 0)).to.equal(40);
    const hub = ids[counts.indexOf(Math.max(...counts))];
    expect(svg).to.include(`most frequent neighbour: row ${hub}, of ${Math.max(...counts)} queries`);
    // SciPy's skew is the third central moment over the cube of the standard deviation.
    const moment = (power: number) => counts.reduce((total, count) => total + (count - 4) ** power / 40, 0);
    expect(svg).to.include(`skewness of the k-occurrence ${(moment(3) / moment(2) ** 1.5).toFixed(4)}`);
    for (const rank of [1, 2, 3, 4]) {
      const own = found.filter((one) => one.rank === rank).map(({ score }) => score);
      const ends = titles(panel(svg, "Scores by rank"), new RegExp(`^${rank}: (\\S+), .*, (\\S+) \\(minimum`));
      expect(ends.flat().map(Number)).to.deep.equal(
        [Math.min(...own), Math.max(...own)].map((score) => Number(score.toPrecision(4))),
      );
    }
  });

  it("of topk show distances, one rank, no neighbour, and ranks beyond 200", async () => {
    expect(await chart("topk", "a.csv", "b.csv", "--metric", "euclidean")).to.include("corpus of 4 rows");
    const one = await chart("topk", "a.csv", "b.csv", "-k", "1");
    expect(one).to.include("The nearest row by cosine").and.to.include("Scores of the neighbours of rank 1");
    expect(one).not.to.include("Scores by rank");
    const none = await chart("topk", "a.csv", "b.csv", "--min-score", "0.999");
    expect(none).to.include("no row is a neighbour").and.to.include("4 queries with fewer than 10 neighbours");
    expect(bars(panel(none, "k-occurrence"))).to.deep.equal(["0: 4"]);
    place.write("many.csv", Array.from({ length: 300 }, (_, i) => `${Math.cos(i)},${Math.sin(i)}\n`).join(""));
    const many = await chart("topk", "many.csv", "-k", "299");
    expect(panel(many, "Scores by rank")).to.include("100").and.not.to.include(">150<");
  });

  it("of pairs count scores and groups, and draw their rows and links", async () => {
    const args = ["pairs", ...images, "--min-score", "0.9"];
    const found = await records<{ score: number }>(...args);
    const rows = await records<{ group: number; size: number; id: string }>(...args, "--groups");
    const svg = await chart(...args);
    expect(sum(titles(panel(svg, "Scores of pairs"), /^(\d+) from/))).to.equal(found.length);
    const graph = panel(svg, "Groups");
    expect(countOf(graph, /<circle /g)).to.equal(rows.length);
    expect(
      titles(graph, /^(digit-\d+)$/)
        .flat()
        .sort(),
    ).to.deep.equal(rows.map(({ id }) => id).sort());
    expect(countOf(/class="link".*?<\/g>/s.exec(graph)?.[0] ?? "", /<path /g)).to.equal(found.length);
    const sizes = [...new Map(rows.map(({ group, size }) => [group, size])).values()];
    expect(bars(panel(svg, "Sizes of groups"))).to.include.members(occurrences(sizes));
    expect(svg).to.include(`${found.length} pairs`).and.to.include(`${rows.length} rows in ${sizes.length} groups`);
    // With --groups, pairs are not kept, and the picture is the same.
    expect(await chart(...args, "--groups")).to.equal(svg);
    const best = await chart(...args, "--max-pairs", "3");
    expect(best).to.include("the best 3 pairs");
    expect(sum(titles(panel(best, "Scores of pairs"), /^(\d+) from/))).to.equal(3);
    expect(await chart("pairs", "a.csv", "--min-score", "0.999")).to.include("0 pairs");
  });

  it("of pairs say what the graph leaves out, and colour labels", async () => {
    // 150 copies of a direction, 60 of another, and one pair.
    const directions = [...Array(150).fill("1,0,0"), ...Array(60).fill("0,1,0"), "0,0,1", "0,0,1"];
    place.write("copies.csv", `label,x,y,z\n${directions.map((row, i) => `class ${i % 14},${row}\n`).join("")}`);
    const args = ["pairs", "copies.csv", "--labels", "label"];
    const svg = await chart(...args);
    const graph = panel(svg, "The largest of 3 groups");
    // The second half of the labels has triangles.
    const triangles = countOf(graph.slice(graph.lastIndexOf('class="dot"')), /<path /g);
    expect(countOf(graph, /<circle /g) + triangles).to.equal(150);
    expect(triangles).to.be.above(50);
    expect(svg).to.include("the graph leaves out 2 groups and 62 rows");
    expect(svg).to.include(`the graph leaves out ${(150 * 149) / 2 - 2000} of ${(150 * 149) / 2} links`);
    expect(graph).to.include("class 0").and.to.include("2 other labels").and.not.to.include(">class 12<");
    const colors = new Set([...graph.matchAll(/<circle [^>]*fill="(#\w+)"/g)].map(([, color]) => color));
    expect(colors.size).to.equal(7);
    expect(await chart(...args, "--groups")).to.equal(svg);
    place.write("line.csv", Array.from({ length: 260 }, (_, i) => `${i},1\n`).join(""));
    const line = await chart("pairs", "line.csv", "--metric", "euclidean", "--min-score", "1", "--groups");
    expect(line).to.include("The largest group: 200 of 260 rows").and.to.include("the graph leaves out 60 rows");
    expect(countOf(/class="link".*?<\/g>/s.exec(line)?.[0] ?? "", /<path /g)).to.equal(199);
  });

  it("of describe count norms and components, and show the variance of principal components", async () => {
    const svg = await chart("describe", ...images);
    expect(sum(titles(panel(svg, "Norms"), /^(\d+) from/))).to.equal(40);
    expect(sum(titles(panel(svg, "Components"), /^(\d+) from/))).to.equal(40 * 64);
    const { variances, total } = fixtureJson<{ digits: { variances: number[]; total: number } }>(
      "evaluation/components.json",
    ).digits;
    let explained = 0;
    const shares = variances.map((variance) => {
      explained += variance / total;
      return explained;
    });
    const chartOfVariance = panel(svg, "Share of the variance");
    const shown = titles(chartOfVariance, /^cumulative at (\d+): (\S+)$/);
    expect(shown).to.have.length(39);
    for (const [i, [count, share]] of shown.entries()) {
      expect(Number(count)).to.equal(i + 1);
      expect(Number(share)).to.be.closeTo(shares[i] ?? 0, 1e-4);
    }
    const reached = [0.5, 0.9, 0.99].map((share) => 1 + shares.findIndex((one) => one >= share));
    expect(svg).to.include(
      `variance: 50 % in ${reached[0]}, 90 % in ${reached[1]}, 99 % in ${reached[2]} principal components`,
    );
    const piped = place.bash(`cat ${digits} | simcli describe - --columns '!label' -f svg`);
    expect(piped).to.include({ code: 0, stderr: "" });
    for (const title of ["Norms", "Components", "Share of the variance"])
      expect(panel(piped.stdout, title)).to.equal(panel(svg, title));
  });

  it("of describe leave rows that are not finite out of the variance, and count what is unusual", async () => {
    place.write("odd.csv", "id,x,y\na,3,4\nb,0,0\na,nan,1\nc,3,4\nd,inf,2\n");
    const svg = await chart("describe", "odd.csv");
    expect(svg).to.include("5×2 · 1 zero row · 1 duplicate row · 1 duplicate id · 2 non-finite components");
    expect(svg).to.include("2 rows with non-finite components: left out of the norms and of the variance");
    expect(sum(titles(panel(svg, "Norms"), /^(\d+) from/))).to.equal(3);
    expect(sum(titles(panel(svg, "Components"), /^(\d+) from/))).to.equal(8);
    expect(svg).to.include("variance: 99 % in 1 principal component<");
    place.write("missing.csv", "x,y\ninf,1\n");
    expect(await chart("describe", "missing.csv")).not.to.include("Share of the variance");
  });

  it("are drawn for one row, two rows and equal rows, and in PNG", async () => {
    place.write("1.csv", "0.1,0.7\n");
    place.write("2.csv", "0.1,0.7\n0.3,0.2\n");
    place.write("equal.csv", "0.1,0.7\n".repeat(5));
    for (const file of ["1.csv", "2.csv", "equal.csv"]) {
      for (const command of ["topk", "pairs", "describe"]) {
        const svg = await chart(command, file);
        expect(svg, `${command} ${file}`).not.to.match(/NaN|Infinity|undefined/);
        expect(await place.run(command, file, "-o", "x.png")).to.include({ code: 0, stderr: "" });
        expect(readFileSync(place.path("x.png")).subarray(1, 4).toString()).to.equal("PNG");
      }
    }
    expect(await chart("describe", "equal.csv")).not.to.include("Share of the variance");
  });

  it("keep ids and labels text", async () => {
    const hostile = ["<script>alert(1)</script>", "\"'&lt;]]>", "a\u001b[31mb", "\u202edcba", "\ud800"];
    const lines = hostile.map((id, i) =>
      JSON.stringify({ id, label: hostile[(i + 1) % 5], vector: [1 + i / 50, 2, 3 - i / 50] }),
    );
    place.write("hostile.ndjson", `${lines.join("\n")}\n`);
    for (const args of [["topk"], ["pairs", "--labels", "label"], ["describe"]]) {
      const svg = await chart(...args, "hostile.ndjson");
      expect(svg).not.to.match(/<script|\p{Cs}|\u001b|\u202e/u);
      if (args[0] === "pairs") {
        expect(svg).to.include("<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>");
        expect(svg).to.include("a\\x1b[31mb").and.to.include("\\u{202e}dcba");
      }
    }
  });
});
