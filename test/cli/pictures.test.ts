import { existsSync, readFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";
import { expect } from "chai";
import { workplace } from "./run.js";

/** Returns the colour of a pixel of a picture that resvg draws again. */
function colorAt(png: Buffer, x: number, y: number): number[] {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image width="${width}" height="${height}" href="data:image/png;base64,${png.toString("base64")}"/></svg>`;
  const { pixels } = new Resvg(svg).render();
  return [...pixels.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)];
}

describe("pictures of a matrix", () => {
  const place = workplace();

  it("are written as SVG and PNG by the extension, and with -f", async () => {
    expect(await place.run("cosine", "a.csv", "b.csv", "-o", "m.svg")).to.include({ code: 0, stderr: "" });
    expect(await place.run("cosine", "a.csv", "b.csv", "-o", "m.png")).to.include({ code: 0, stderr: "" });
    const svg = readFileSync(place.path("m.svg"), "utf8");
    expect(svg).to.match(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect((await place.run("cosine", "a.csv", "b.csv", "-f", "svg")).stdout).to.equal(svg);
    const head = place.bash("simcli cosine a.csv b.csv -f png | head -c 8 | od -An -c");
    expect(head.stdout.replace(/\s+/g, " ")).to.equal(" 211 P N G \\r \\n 032 \\n ");
  });

  it("have the colours of their cells as PNG", async () => {
    place.write("unit.csv", "id,x,y\nu,1,0\nv,-1,0\n");
    await place.run("cosine", "unit.csv", "-o", "unit.svg");
    await place.run("cosine", "unit.csv", "-o", "unit.png");
    const svg = readFileSync(place.path("unit.svg"), "utf8");
    const cells = [
      ...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="#[^"]*"><title>/g),
    ];
    const png = readFileSync(place.path("unit.png"));
    const colors = cells.map(([, x, y]) => colorAt(png, 2 * Number(x) + 6, 2 * Number(y) + 6));
    expect(colors).to.deep.equal([
      [178, 24, 43],
      [33, 102, 172],
      [33, 102, 172],
      [178, 24, 43],
    ]);
  });

  it("are drawn for distances, pairs and vectors too", async () => {
    for (const args of [
      ["euclidean", "a.csv"],
      ["dot", "a.csv", "b.csv", "--transpose"],
      ["cosine", "a.csv", "a.csv", "--paired"],
      ["convert", "a.csv"],
    ]) {
      const { code, stdout, stderr } = await place.run(...args, "-f", "svg");
      expect([code, stderr], args.join(" ")).to.deep.equal([0, ""]);
      expect(stdout).to.match(/^<svg .*<\/svg>\n$/s);
    }
  });

  it("are refused where they cannot be shown or drawn", async () => {
    expect(await place.run("mine", "a.csv", "b.csv", "-o", "t.png")).to.include({ code: 2 });
    expect(existsSync(place.path("t.png"))).to.equal(false);
    const shown = place.terminal("simcli cosine a.csv -f png", 80);
    expect(shown.stdout).to.match(/expected.*file|terminal/);
  });

  it("name the package that PNG needs", async () => {
    place.write(
      "resolve.mjs",
      'const refuse = (error) => { throw Object.assign(error, { code: "ERR_MODULE_NOT_FOUND" }); };\nexport const resolve = (name, context, next) => name.startsWith("@resvg") ? refuse(new Error(name)) : next(name, context);\n',
    );
    place.write("hooks.mjs", 'import { register } from "node:module";\nregister("./resolve.mjs", import.meta.url);\n');
    const { code, stderr } = place.bash('NODE_OPTIONS="--import ./hooks.mjs" simcli cosine a.csv -o x.png');
    expect([code, stderr]).to.deep.equal([
      1,
      "simcli: PNG pictures: expected the package @resvg/resvg-js, found none\n" +
        "hint: npm install @resvg/resvg-js; or write SVG: -o FILE.svg\n",
    ]);
    expect(existsSync(place.path("x.png"))).to.equal(false);
  });
});
