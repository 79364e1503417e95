import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { startBrowser } from "../browser.js";
import { npyBytes } from "../npy-bytes.js";
import { workplace } from "./run.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const HOSTILE = [
  '"<script>globalThis.hacked = 1</script>"',
  '"</script><img src=x onerror=globalThis.hacked=1>"',
  '""" onmouseover=""globalThis.hacked=1"',
  "a\u202edcba",
  "b\u001b[31m&lt;",
];

describe("simcli report", () => {
  const place = workplace();

  /** Writes a report, and returns its address. */
  async function report(name: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await place.run("report", ...args, "-o", name);
    expect([code, stdout, stderr], args.join(" ")).to.deep.equal([0, "", ""]);
    return pathToFileURL(place.path(name)).href;
  }

  function writeClasses(): void {
    const rows = Array.from({ length: 30 }, (_, i) => {
      const label = ["x", "y", "z"][i % 3];
      return `row-${i},${label},${(i % 3) + Math.sin(i)},${Math.cos(i * i)},${(i % 5) - 2}`;
    });
    place.write("classes.csv", `id,label,u,v,w\n${rows.join("\n")}\n`);
  }

  /** Returns rows of pseudo-random numbers. */
  const rowsOf = (rows: number, columns: number, seed: number) =>
    Float64Array.from({ length: rows * columns }, (_, k) => Math.sin(1 + k * (1.37 + seed) + ((k * k) % 977)));

  it("writes one file that loads nothing and allows only its own script", async () => {
    await report("r.html", "a.csv", "b.csv");
    const page = readFileSync(place.path("r.html"), "utf8");
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    expect(policy).to.match(
      /^default-src &#39;none&#39;; img-src data:; script-src &#39;sha256-[^;]*&#39;; style-src &#39;sha256-[^;]*&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;$/,
    );
    expect(page).not.to.match(/(?:src|href)="(?!data:|#)/);
    expect(page).not.to.match(/ style="| on\w+="/);
    const again = await place.run("report", "a.csv", "b.csv", "-o", "r.html");
    expect(again.code).to.equal(0);
    expect(readFileSync(place.path("r.html"), "utf8")).to.equal(page);
  });

  it("shows the commands that reproduce its parts, and they work", async () => {
    writeClasses();
    place.write("judged.txt", "0 1\n1 0\n2 3\n");
    for (const args of [
      ["a.csv", "b.csv", "--margin=0.5", "--metric", "euclidean"],
      ["classes.csv", "--labels", "label"],
      ["a.csv", "--qrels", "judged.txt", "--columns", "1-2"],
      ["a.csv"],
      ["a.csv", "b.csv", "--compare", "b.csv", "--compare-corpus", "a.csv"],
    ]) {
      await report("r.html", ...args);
      const page = readFileSync(place.path("r.html"), "utf8");
      const commands = [...page.matchAll(/<code>\$ ([^<]*)<\/code>/g)].map(([, text = ""]) =>
        text.replaceAll("&#39;", "'").replaceAll("&amp;", "&"),
      );
      expect(commands.length, args.join(" ")).to.be.above(3);
      for (const command of new Set(commands)) {
        const { code, stderr } = place.bash(`${command} > /dev/null`);
        expect(code, `${command}\n${stderr}`).to.equal(0);
      }
      expect(commands.at(-1)).to.equal(`simcli report ${args.join(" ")} -o r.html`.replace("=", "="));
    }
  });

  it("has the values of the commands in its tables", async () => {
    writeClasses();
    await report("r.html", "classes.csv", "--labels", "label");
    const page = readFileSync(place.path("r.html"), "utf8");
    const evaluated = await place.run("eval", "classes.csv", "--labels", "label", "--json");
    const { metrics } = JSON.parse(evaluated.stdout);
    /** Returns the cells of a row of the table with this caption. */
    const cells = (caption: string, name: string) => {
      const table = page.slice(page.indexOf(`<p class="caption" aria-hidden="true">${caption}`));
      const row = new RegExp(`<th scope="row">${name}</th>((?:<td[^>]*>[^<]*</td>)+)`).exec(table)?.[1] ?? "";
      return [...row.matchAll(/<td[^>]*>([^<]*)/g)].map(([, text]) => text);
    };
    for (const name of ["accuracy", "recall", "ndcg", "map"]) {
      const expected = [1, 3, 5, 10].map((k) => metrics[`${name}@${k}`].toFixed(4));
      expect(cells("Retrieval metrics", name).slice(0, 4), name).to.deep.equal(expected);
    }
    const total = await place.run("loss", "classes.csv", "--labels", "label", "--kind", "triplet", "--total");
    expect(page).to.include(`<dd>${Number(total.stdout).toFixed(4)}</dd>`);
    const nearest = await place.run("topk", "classes.csv", "--labels", "label", "-k", "29", "--json");
    const others = JSON.parse(nearest.stdout).filter(
      (one: { query_label: string; label: string }) => one.query_label !== one.label,
    );
    const best = others.reduce((most: { score: number }, one: { score: number }) =>
      one.score > most.score ? one : most,
    );
    expect(cells("The nearest rows that are not relevant", best.query).slice(0, 2)).to.deep.equal([
      best.id,
      String(best.score),
    ]);
  });

  it("warns about collapse, copies, zero vectors, false negatives and hubs", async () => {
    const near = Array.from({ length: 40 }, (_, i) => `1,${1 + i * 1e-4},1`);
    place.write("collapsed.csv", `${[...near, near[0], near[3]].join("\n")}\n`);
    await report("r.html", "collapsed.csv");
    const page = readFileSync(place.path("r.html"), "utf8");
    expect(page).to.match(/collapsed\.csv may have collapsed: the mean cosine over all pairs of its rows is 1\.0000/);
    expect(page).to.match(/collapsed\.csv has copies: 2 rows equal to an earlier one, such as row 40 to row 0/);
    // Row 0 is near every other row, which are far from each other.
    const star = [[1, 0.2], ...Array.from({ length: 30 }, (_, i) => [Math.cos(i * 2.4), Math.sin(i * 2.4)])];
    const spread = star.map(([x = 0, y = 0], i) => {
      const axes = Array.from({ length: 31 }, (_, k) => (i === 0 ? 0.18 : k === i ? 1 : 0));
      return [x * 1e-3, y * 1e-3, ...axes].join(",");
    });
    place.write("star.csv", `${spread.join("\n")}\n`);
    place.write("zero.csv", "1,2\n0,0\n2,1\n");
    await report("s.html", "star.csv");
    expect(readFileSync(place.path("s.html"), "utf8")).to.match(
      /hubs: row 0 of star\.csv is among the 10 nearest rows/,
    );
    await report("z.html", "zero.csv", "--zero-vectors", "nan");
    expect(readFileSync(place.path("z.html"), "utf8")).to.match(/zero\.csv has 1 zero vector, the first in row 1/);
    place.write("q.csv", "1,0\n0,1\n");
    place.write("c.csv", "1,0.5\n1,0.4\n");
    await report("f.html", "q.csv", "c.csv");
    expect(readFileSync(place.path("f.html"), "utf8")).to.match(/possible false negatives: for \d of 2 queries/);
  });

  it("is below 2 MB for 2000 × 2000, and shows more rows than it sorts", async () => {
    place.write("big.npy", npyBytes(rowsOf(2000, 8, 1), [2000, 8]));
    place.write("other.npy", npyBytes(rowsOf(2000, 8, 2), [2000, 8]));
    await report("big.html", "big.npy", "other.npy");
    expect(statSync(place.path("big.html")).size).to.be.below(2e6);
    place.write("long.npy", npyBytes(rowsOf(5000, 2, 3), [5000, 2]));
    await report("long.html", "long.npy");
    expect(statSync(place.path("long.html")).size).to.be.below(2e6);
    expect(readFileSync(place.path("long.html"), "utf8")).to.include(
      "Sorting by cluster is available up to 4000 rows.",
    );
  });

  it("is refused on a terminal, and with files that do not belong together", async () => {
    const shown = place.terminal("simcli report a.csv", 80);
    expect(shown.stdout).to.match(/report: expected a file or a pipe, found a terminal/);
    place.write("three.csv", "1,2\n3,4\n5,6\n");
    for (const [args, message] of [
      [["a.csv", "b.csv", "--compare", "a.csv"], /--compare: expected --compare-corpus with it for the second file/],
      [["a.csv", "--compare-corpus", "a.csv"], /--compare: expected it with --compare-corpus, found none/],
      [["a.csv", "--compare", "b.csv", "--compare-corpus", "a.csv"], /expected no --compare-corpus for one file/],
      [["a.csv", "--compare", "three.csv"], /three\.csv: expected the 4 rows of a\.csv, found 3 rows/],
    ] as const) {
      const { code, stderr } = await place.run("report", ...args, "-o", "bad.html");
      expect(code, stderr).to.be.above(0);
      expect(stderr).to.match(message);
    }
    const picture = await place.run("report", "a.csv", "-o", "bad.svg");
    expect(picture.stderr).to.match(/report: expected the name of an HTML file, found bad\.svg/);
    const page = await place.run("cosine", "a.csv", "-o", "m.html");
    expect(page.stderr).to.match(/hint: simcli report writes a page: simcli report a\.npy b\.npy -o m\.html/);
  });

  describe("in a browser", () => {
    let browser: Browser | null = null;
    let faults: string[] = [];

    before(async function () {
      browser = await startBrowser();
      if (!browser) this.skip();
    });
    after(() => browser?.close());
    afterEach(() => {
      expect(faults).to.deep.equal([]);
      faults = [];
    });

    /** Opens a page; console messages, requests and dialogs are faults. */
    async function open(address: string, options: BrowserContextOptions = {}): Promise<Page> {
      if (!browser) throw new Error("no browser");
      const context = await browser.newContext({ viewport: { width: 1000, height: 1300 }, ...options });
      const page = await context.newPage();
      page.on("console", (message) => faults.push(message.text()));
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("dialog", (dialog) => faults.push(dialog.message()));
      page.on("request", (request) => {
        if (!/^(?:file|data):/.test(request.url())) faults.push(request.url());
      });
      await page.goto(address);
      if (options.javaScriptEnabled !== false) await page.waitForSelector("canvas");
      return page;
    }

    /** Points at a cell, as parts of the canvas, and returns what the page says. */
    async function valueAt(page: Page, x: number, y: number): Promise<string> {
      const canvas = page.locator("canvas").first();
      await canvas.scrollIntoViewIfNeeded();
      const box = await canvas.boundingBox();
      if (!box) throw new Error("no canvas");
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      return (await page.locator("output").first().textContent()) ?? "";
    }

    async function matrixOf(...args: string[]): Promise<number[][]> {
      return JSON.parse((await place.run(...args, "--json")).stdout).values;
    }

    it("shows the names and the value of the cell under the pointer, also in another order", async () => {
      writeClasses();
      const page = await open(await report("r.html", "classes.csv", "--labels", "label"));
      const values = await matrixOf("cosine", "classes.csv", "--labels", "label");
      const nameOf = (i: number) => `row-${i} (${["x", "y", "z"][i % 3]})`;
      for (const [i, j] of [
        [0, 0],
        [3, 17],
        [29, 5],
      ] as const) {
        const text = await valueAt(page, (j + 0.5) / 30, (i + 0.5) / 30);
        expect(text).to.equal(`row ${i} “${nameOf(i)}” × column ${j} “${nameOf(j)}”: ${values[i]?.[j]?.toFixed(4)}`);
      }
      for (const order of ["by cluster", "by label"]) {
        await page.locator("select").first().selectOption(order);
        await page.waitForTimeout(50);
        const text = await valueAt(page, 0.5 / 30, 15.5 / 30);
        const [, i, j, shown] = /^row (\d+) .* column (\d+) .*: (.*)$/.exec(text) ?? [];
        expect(shown).to.equal(values[Number(i)]?.[Number(j)]?.toFixed(4));
      }
      await page.context().close();
    });

    it("finds ids, moves by keys and zooms", async () => {
      writeClasses();
      const page = await open(await report("r.html", "classes.csv", "--labels", "label"));
      const answer = page.locator("output").first();
      await page.locator("input[type=search]").first().fill("row-17");
      await page.locator("button", { hasText: "find" }).first().click();
      expect(await answer.textContent()).to.match(/^row 17 “row-17 .*” × column 0/);
      await page.locator("canvas").first().focus();
      for (const key of ["ArrowRight", "ArrowRight", "ArrowUp"]) await page.keyboard.press(key);
      expect(await answer.textContent()).to.match(/^row 16 “row-16 .*” × column 2/);
      for (let times = 0; times < 6; times++) await page.keyboard.press("+");
      await page.keyboard.press("ArrowLeft");
      expect(await answer.textContent()).to.match(/^row 16 “row-16 .*” × column 1 /);
      const values = await matrixOf("cosine", "classes.csv", "--labels", "label");
      const zoomed = await valueAt(page, 0.5, 0.5);
      const [, i, j, shown] = /^row (\d+) .* column (\d+) .*: (.*)$/.exec(zoomed) ?? [];
      expect(shown).to.equal(values[Number(i)]?.[Number(j)]?.toFixed(4));
      await page.keyboard.press("0");
      expect(await valueAt(page, 0.99, 0.99)).to.match(/^row 29 “row-29 .*” × column 29/);
      await page.locator("input[type=search]").first().fill("nobody");
      await page.keyboard.press("Tab");
      await page.locator("button", { hasText: "find" }).first().click();
      expect(await answer.textContent()).to.equal("no row or column is named nobody");
      await page.context().close();
    });

    it("shows means of blocks of a large matrix, to the error that it names", async () => {
      place.write("wide.npy", npyBytes(rowsOf(1500, 6, 1), [1500, 6]));
      const page = await open(await report("r.html", "wide.npy"));
      const values = await matrixOf("cosine", "wide.npy");
      for (const [x, y] of [
        [0.1, 0.7],
        [0.999, 0.5],
      ] as const) {
        const text = await valueAt(page, x, y);
        const [, firstRow, lastRow, firstColumn, lastColumn, mean, error] = (
          /^rows? (\d+)(?:–(\d+))? × columns? (\d+)(?:–(\d+))?: (?:mean )?(.*) ± (.*)$/.exec(text) ?? []
        ).map(Number);
        const cells = values
          .slice(firstRow, (lastRow || (firstRow ?? 0)) + 1)
          .flatMap((row) => row.slice(firstColumn, (lastColumn || (firstColumn ?? 0)) + 1));
        const expected = cells.reduce((sum, value) => sum + value, 0) / cells.length;
        expect(mean, text).to.be.closeTo(expected, (error ?? 0) * 1.5 + 1e-4);
      }
      await page.context().close();
    });

    it("recomputes the losses as simcli loss computes them", async () => {
      const pairs = await open(await report("r.html", "a.csv", "b.csv"));
      writeClasses();
      const labelled = await open(await report("l.html", "classes.csv", "--labels", "label"));
      for (const [page, args] of [
        [pairs, ["a.csv", "b.csv"]],
        [labelled, ["classes.csv", "--labels", "label", "--kind", "triplet"]],
      ] as const) {
        for (const margin of ["0", "0.13", "0.5", "1"]) {
          await page.locator("input[type=range]").fill(margin);
          const shown = await page.locator(".totals dd").allTextContents();
          const { stdout } = await place.run("loss", ...args, "--margin", margin, "--json");
          const { l1, l2, loss, perAnchor } = JSON.parse(stdout);
          const digits = (value: number) => value.toFixed(4);
          const active = perAnchor.filter((anchor: { loss: number }) => anchor.loss > 0).length;
          expect(shown).to.deep.equal([
            margin,
            ...(l1 === undefined ? [] : [digits(l1), digits(l2)]),
            digits(loss),
            `${active} of ${perAnchor.length}`,
          ]);
          const hardest = perAnchor.reduce((most: { loss: number }, one: { loss: number }) =>
            one.loss > most.loss ? one : most,
          );
          const first = await page.locator(".loss tbody tr:first-child > *").allTextContents();
          if (hardest.loss > 0)
            expect([first[0], first.at(-1)]).to.deep.equal([String(hardest.anchor), digits(hardest.loss)]);
          else expect(first).to.deep.equal([]);
          const commands = await page.locator("section:has(.loss) .command").allTextContents();
          expect(commands.at(-1)).to.match(new RegExp(`--margin ${margin}$`));
        }
        await page.context().close();
      }
    });

    it("runs nothing that ids contain", async () => {
      place.write("ids.csv", `id,x,y\n${HOSTILE.map((id, i) => `${id},${i + 1},${i * i}`).join("\n")}\n`);
      const address = await report("r.html", "ids.csv", "ids.csv");
      const page = await open(address);
      for (let i = 0; i < HOSTILE.length; i++) await valueAt(page, 0.5 / 5, (i + 0.5) / 5);
      await page.locator("input[type=range]").fill("0.7");
      await page.waitForTimeout(100);
      expect(await page.evaluate("globalThis.hacked")).to.equal(undefined);
      expect(await page.locator("img[src=x], script").count()).to.equal(2);
      const text = await page.locator("body").innerText();
      expect(text).to.include("<script>globalThis.hacked = 1</script>");
      expect(text).not.to.match(/[\u202e\u001b]/);
      await page.context().close();
    });

    it("has no accessibility violation, light and dark, wide and narrow", async () => {
      writeClasses();
      for (const address of [
        await report("p.html", "a.csv", "b.csv"),
        await report("l.html", "classes.csv", "--labels", "label"),
        await report("s.html", "a.csv"),
        await report("c.html", "a.csv", "b.csv", "--compare", "b.csv", "--compare-corpus", "a.csv"),
      ]) {
        for (const [colorScheme, width] of [
          ["light", 1000],
          ["dark", 320],
        ] as const) {
          const page = await open(address, { colorScheme, viewport: { width, height: 700 } });
          await page.evaluate(AXE);
          const found = (await page.evaluate("axe.run()")) as {
            violations: { id: string; nodes: { html: string }[] }[];
          };
          const violations = found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
          expect(violations, `${address} ${colorScheme} ${width}`).to.deep.equal([]);
          expect(await page.evaluate("document.documentElement.scrollWidth"), address).to.be.at.most(width);
          await page.context().close();
        }
      }
    });

    it("is readable without its script, and prints", async () => {
      const address = await report("r.html", "a.csv", "b.csv");
      const plain = await open(address, { javaScriptEnabled: false });
      expect(await plain.locator("img").getAttribute("alt")).to.match(/^Heatmap: cosine similarity, 4 rows of a\.csv/);
      expect(await plain.locator("table").count()).to.be.above(3);
      const text = await plain.locator("body").innerText();
      expect(text).to.match(/loss \(sum\)\s+0\.1699/);
      await plain.context().close();
      const page = await open(address);
      const pdf = await page.pdf({ format: "A4" });
      expect(pdf.subarray(0, 4).toString()).to.equal("%PDF");
      expect((pdf.toString("latin1").match(/\/Type \/Page\b/g) ?? []).length).to.be.within(2, 12);
      await page.context().close();
    });
  });
});
