import { expect } from "chai";
import stringWidth from "string-width";
import { colorAt, DIVERGING } from "#dist/core/color-scale.js";
import { decodeKitty, decodePng, decodeSixel, iterm2Parts } from "../pictures/support.js";
import { plain, workplace } from "./run.js";

const IMAGES = {
  Kitty: decodeKitty,
  iTerm2: (sequence: string) => decodePng(iterm2Parts(sequence).png),
  foot: decodeSixel,
};

describe("simcli on a terminal", () => {
  const place = workplace();
  before(() => {
    place.write("wide.csv", Array.from({ length: 40 }, (_, i) => `名前の長い猫${i},${i + 1},${40 - i},1`).join("\n"));
  });

  it("prints the shapes, the coloured matrix, its range, and whether the modes agree", () => {
    const { code, stdout } = place.terminal("simcli cosine a.csv b.csv", 80, { COLORTERM: "truecolor" });
    expect(code).to.equal(0);
    expect(stdout).to.contain("\x1b[38;2;");
    const lines = plain(stdout).split("\n");
    expect(lines).to.include.members(["rows     a.csv  4×3", "columns  b.csv  4×3", "batch sizes match: yes"]);
    expect(lines).to.include("1   0.9117   0.9918  -0.9188  -0.4111");
    expect(lines).to.include("all cells   -0.9509 …  0.9918   mean  0.0801");
    expect(lines).to.include("diagonal     0.5892 …  0.9918   mean  0.8273");
    expect(plain(stdout)).to.match(/loop and matrix agree: yes {3}largest difference \d\.\d\de-1\d at \(\d, \d\)/);
  });

  it("marks positives and closest negatives, and sums the losses", () => {
    const lines = plain(place.terminal("simcli loss a.csv b.csv", 80).stdout).split("\n");
    expect(lines).to.include("1   0.9117*  [0.9918]  -0.9188   -0.4111 ");
    expect(lines).to.include("1         0.9918   -0.1394       0.9117   0  0.0000  0.1699  0.1699");
    expect(lines).to.include("0.25    0.0000  0.1699      0.1699");
    expect(lines).to.include("ties: 0   anchors without an eligible negative: 0");
  });

  it("draws the losses of all anchors as bars where it leaves their lines out", () => {
    const lines = place
      .bash("simcli loss wide.csv wide.csv -f table --precision 20 --full --color never")
      .stdout.split("\n");
    const header = lines.findIndex((line) => line.startsWith("anchor "));
    const losses = lines.slice(header + 1, header + 41).map((line) => Number(line.split(/ +/).at(-1)));
    const largest = Math.max(...losses);
    const height = (loss: number) =>
      loss === 0 ? " " : (" ▁▂▃▄▅▆▇█"[Math.max(1, Math.ceil((8 * loss) / largest))] ?? "?");
    const cut = place.bash("simcli loss wide.csv wide.csv -f table --color never").stdout;
    expect(losses).to.have.length(40);
    expect(cut).to.contain(`\nlosses  ${losses.map(height).join("").trimEnd()}\na bar is an anchor\n`);
    expect(lines.some((line) => line.startsWith("losses "))).to.equal(false);
    expect(place.bash("simcli loss a.csv b.csv -f table").stdout).not.to.contain("losses  ");
  });

  for (const columns of [40, 60, 80, 120]) {
    for (const command of [
      "cosine wide.csv",
      "cosine wide.csv --heatmap",
      "loss wide.csv wide.csv --margin 0.1,0.2,0.3",
      "loss wide.csv wide.csv --kind multi-similarity",
    ]) {
      it(`never draws "${command}" wider than ${columns} columns`, () => {
        const { code, stdout } = place.terminal(`simcli ${command}`, columns);
        expect(code).to.equal(0);
        const lines = stdout.split("\n");
        expect(lines.length).to.be.above(10);
        for (const line of lines) expect(stringWidth(line), line).to.be.at.most(columns);
      });
    }
  }

  it("prints the loss of every anchor at 40 columns, and marks omitted ones", () => {
    const lines = plain(place.terminal("simcli loss a.csv b.csv", 40).stdout).split("\n");
    expect(lines)
      .to.include("anchor  positive  …      L2    loss")
      .and.to.include("1         0.9918  …  0.1699  0.1699");
    expect(lines).to.include.members(["negatives: semi-hard   fallback: floor", "anchors: rows"]);
  });

  it("prints everything with --full", () => {
    const { stdout } = place.terminal("simcli cosine wide.csv --full --color never", 60);
    expect(stdout).not.to.contain("\x1b");
    expect(stdout.split("\n").filter((line) => line.startsWith("名前"))).to.have.length(40);
    expect(stdout).not.to.match(/^…/m);
  });

  it("prints a large table completely, in a pipe too", () => {
    place.write("long.csv", Array.from({ length: 500 }, (_, i) => `${i + 1},1`).join("\n"));
    for (const command of ["cosine long.csv --no-check", "loss long.csv long.csv"]) {
      const { code, stdout } = place.bash(`simcli ${command} --full`);
      expect(code, command).to.equal(0);
      const rows = stdout.split("\n").filter((line) => /^\d+ /.test(line));
      expect(
        rows.filter((row) => row.split(/ +/).length > 500),
        command,
      ).to.have.length(500);
    }
  });

  it("colours each stream depending on its destination", () => {
    const { stdout } = place.terminal(
      "simcli cosine none.csv | cat; simcli cosine a.csv -f table | cat; simcli cosine none.csv 2>&1 | cat",
      80,
    );
    const [error, ...rest] = stdout.split("simcli:");
    expect(error).to.contain("\x1b[31m");
    expect(rest.slice(1).join("")).not.to.contain("\x1b[3");
  });

  const heat: readonly (readonly [string, string])[] = [
    ["3", "48;2;"],
    ["2", "48;5;"],
    ["1", "[44"],
  ];
  for (const [level, code] of heat) {
    it(`draws a heatmap in the colours of level ${level}`, () => {
      const { stdout } = place.bash("simcli cosine a.csv b.csv --heatmap", { FORCE_COLOR: level });
      expect(stdout).to.contain(code);
    });
  }

  it("draws a heatmap without colour", () => {
    const { stdout } = place.bash("simcli cosine a.csv b.csv -f table --heatmap --color never", { FORCE_COLOR: "3" });
    expect(stdout).not.to.contain("\x1b");
    expect(stdout).to.contain("0.9918");
    expect(stdout).to.contain("-1 -- - · +++ 1");
  });

  describe("that shows images", () => {
    const images = /\x1b_G|\x1b\]1337;|\x1bP/;
    const kitty = { TERM: "xterm-kitty", COLORTERM: "truecolor" };
    before(() => {
      place.write(
        "square.csv",
        Array.from({ length: 100 }, (_, i) => `${Math.cos(i / 16)},${Math.sin(i / 16)}`).join("\n"),
      );
    });

    for (const [name, env, image] of [
      ["Kitty", kitty, /\x1b_Ga=T,f=100,.*\x1b\\/],
      ["iTerm2", { TERM_PROGRAM: "iTerm.app" }, /\x1b\]1337;File=[^\x07]*\x07/],
      ["foot", { TERM: "foot" }, /\x1bP0;1q[^\x1b]*\x1b\\/],
    ] as const) {
      it(`draws a heatmap as an image: ${name}`, () => {
        const { code, stdout } = place.terminal("simcli cosine square.csv --heatmap --no-check", 80, env);
        expect(code).to.equal(0);
        const [sequence = ""] = image.exec(stdout) ?? [];
        const { width, height, pixels } = IMAGES[name](sequence);
        expect(width).to.equal(height);
        const side = width / 100;
        expect(Number.isInteger(side)).to.equal(true);
        for (const [i, j] of [
          [0, 0],
          [10, 60],
          [99, 3],
        ] as const) {
          const at = 3 * (i * side * width + j * side);
          const color = colorAt(DIVERGING, (Math.cos((i - j) / 16) + 1) / 2);
          for (const [k, channel] of color.entries()) expect(pixels[at + k]).to.be.closeTo(channel, 4);
        }
        const lines = plain(stdout.replace(sequence, "")).split("\n");
        expect(lines[4]).to.equal("");
        expect(lines[5]!.trim()).to.equal("columns 0 … 99");
        expect(lines.some((line) => line.startsWith("all cells "))).to.equal(true);
        expect(stdout).not.to.contain("▀");
      });
    }

    it("draws blocks on SIMCLI_IMAGES=none, and an image of the chosen protocol elsewhere", () => {
      const draw = (env: Record<string, string>) =>
        place.terminal("simcli cosine square.csv --heatmap --no-check", 80, env).stdout;
      expect(draw({ ...kitty, SIMCLI_IMAGES: "none" }))
        .to.contain("▀")
        .and.not.match(images);
      expect(draw({ SIMCLI_IMAGES: "sixel" })).to.match(/\x1bP0;1q/);
      expect(draw({ ...kitty, SIMCLI_IMAGES: "iterm2" })).to.match(/\x1b\]1337;File=/);
      expect(draw({ ...kitty, TMUX: "x", TERM: "tmux-256color" }))
        .to.contain("▀")
        .and.not.match(images);
      expect(draw({ TERM: "tmux-256color", TMUX: "x", SIMCLI_IMAGES: "sixel" })).to.match(/\x1bP0;1q/);
    });

    it("draws no image without colour, in a pipe, in a file, and without --heatmap", () => {
      for (const line of [
        "simcli cosine square.csv --heatmap --color never",
        "NO_COLOR=1 simcli cosine square.csv --heatmap",
        "TERM=dumb simcli cosine square.csv --heatmap",
        "TERM=dumb FORCE_COLOR=3 simcli cosine square.csv --heatmap",
        "simcli cosine square.csv --heatmap | cat",
        "simcli cosine square.csv --heatmap --color always | cat",
        "simcli cosine square.csv --heatmap --color always -f table -o table.txt; cat table.txt",
        "simcli cosine square.csv",
      ]) {
        const { code, stdout } = place.terminal(line, 80, { ...kitty, SIMCLI_IMAGES: "kitty" });
        expect(code, line).to.equal(0);
        expect(plain(stdout), line).to.contain("columns  square.csv");
        expect(stdout, line).not.to.match(images);
      }
    });

    it("keeps the coloured numbers of a matrix that fits", () => {
      const line = "simcli cosine a.csv b.csv --heatmap";
      const { stdout } = place.terminal(line, 80, kitty);
      expect(stdout).to.equal(place.terminal(line, 80, { ...kitty, SIMCLI_IMAGES: "none" }).stdout);
      expect(plain(stdout)).to.contain("0.9117").and.not.match(images);
    });

    it("refuses an unknown value of SIMCLI_IMAGES", () => {
      const { code, stdout } = place.terminal("simcli cosine square.csv --heatmap", 80, { SIMCLI_IMAGES: "kity" });
      expect(code).to.equal(2);
      expect(plain(stdout)).to.contain('SIMCLI_IMAGES: expected auto, kitty, iterm2, sixel, none, found "kity"');
    });
  });

  it("escapes ids that could control the terminal", () => {
    place.write("evil.csv", "id,x,y\na\x1b[31m,1,2\nb\x07\u202e,3,4\n");
    for (const format of ["table", "csv --header yes", "tsv --header yes", "json", "markdown", "ndjson"]) {
      for (const command of ["cosine evil.csv", "loss evil.csv evil.csv", "topk evil.csv", "pairs evil.csv"]) {
        const line = `simcli ${command} -f ${format} --color never`;
        const { code, stdout } = place.terminal(line, 80);
        expect(code, line).to.equal(0);
        expect(stdout, line).not.to.match(/[\x07\x1b\u202e]/);
        expect(stdout, line).to.match(format.includes("json") ? /\\u001b/ : /\\x1b/);
      }
    }
  });

  it("prints short help on stderr if there is nothing to read", () => {
    for (const [line, usage] of [
      ["simcli", "Usage: simcli <command>"],
      ["simcli loss", "Usage: simcli loss"],
      ["simcli cosine", "Usage: simcli cosine"],
    ]) {
      const { code, stdout } = place.terminal(`${line} 2>&1 >/dev/null`, 80);
      expect(code, line).to.equal(2);
      expect(stdout, line).to.contain(usage);
    }
  });

  it("shows the progress of a long job, and erases the line", () => {
    const row = Array.from({ length: 300 }, (_, i) => i + 1).join(",");
    place.write("large.csv", `${row}\n`.repeat(2500));
    const { stdout } = place.terminal("simcli cosine large.csv --mode loop > /dev/null", 80);
    expect(stdout).to.match(/\r\x1b\[Kcomputing {3}\d+ % {3}\d+ rows\/s {3}\d+ s left/);
    expect(stdout.endsWith("\r\x1b[K")).to.equal(true);
  });
});
