import { gzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { workplace } from "./run.js";

/** Bad input: a description, the file's content, and the first line of the error. */
const BAD_FILES: readonly (readonly [string, string | Buffer, string])[] = [
  ["an empty file", "", "bad.csv: expected rows of numbers, found an empty file"],
  ["only blank lines", "\n\n", "bad.csv: expected rows of numbers, found only blank lines"],
  ["only a header", "x,y\n", "bad.csv: expected rows of numbers, found only a header"],
  ["a ragged row", "1,2\n3\n", "bad.csv:2: expected 2 fields, found 1"],
  ["text", "1,2,3\n4,5,6\n7,8,9\n1,abc,3\n", 'bad.csv:4:2: expected a number, as "2" on line 1, found "abc"'],
  ["an empty cell", "1,2\n,4\n", "bad.csv:2:1: expected a number, found an empty cell"],
  ["hex", "1,0x10\n", 'bad.csv:1:2: expected a number, found "0x10"'],
  ["an underscore", "1_000,2\n", 'bad.csv:1:1: expected a number, found "1_000"'],
  ["half an exponent", "1e,2\n", 'bad.csv:1:1: expected a number, found "1e"'],
  ["nan", "1,2\nnan,2\n", 'bad.csv:2:1: expected a number, found "nan"'],
  ["inf", "1,2\n-inf,2\n", 'bad.csv:2:1: expected a finite number, found "-inf"'],
  ["a number beyond a double", "1,1e999\n", 'bad.csv:1:2: expected a finite number, found "1e999"'],
  ["a NUL byte", "1,2\0\n", "bad.csv: expected text, found a NUL byte at byte offset 3"],
  [
    "invalid UTF-8",
    Buffer.from([0x61, 0xff, 0x2c, 0x31, 0x0a]),
    "bad.csv: expected UTF-8 text, found byte 0xff at byte offset 1",
  ],
  ["an open quote", '1,2\n"3,4\n', "bad.csv:2:1: expected a closing quote, found the end of the file"],
  ["a blank line between rows of one number", "1\n\n3\n", "bad.csv:2: expected a number, found a blank line"],
  ["control characters", "1,2\n3,\x1b[2Jx\n", 'bad.csv:2:2: expected a number, as "2" on line 1, found "\\x1b[2Jx"'],
  ["a zero vector", "1,2\n0,0\n", "bad.csv:2: expected a direction, found a zero vector"],
];

/** Invalid command lines, the exit code, and the message; a.csv and b.csv are 4×3. */
const BAD_LINES: readonly (readonly [string, number, string])[] = [
  ["cosine none.csv", 1, "none.csv: no such file\n"],
  ["mine a.csv --labels .", 1, ".: expected a file, found a directory\nhint: name a file in it\n"],
  ["cosine a.csv d2.csv", 1, "a.csv (4×3) and d2.csv (2×2): expected the same dimensions, found 3 and 2\n"],
  [
    "cosine n3.csv d2.csv --paired",
    1,
    "n3.csv (3×2) and d2.csv (2×2): expected the same batch size, found 3 and 2 rows\n",
  ],
  ["loss n3.csv d2.csv", 1, "n3.csv (3×2) and d2.csv (2×2): expected the same batch size, found 3 and 2 rows\n"],
  ["loss n3.csv", 1, "n3.csv: expected a square similarity matrix, or labels of the rows, found 3×2 numbers\n"],
  [
    "loss n3.csv --anchors both",
    1,
    "n3.csv: expected a square similarity matrix, or labels of the rows, found 3×2 numbers\n",
  ],
  ["loss one.csv one.csv", 1, "one.csv (1×2) and one.csv (1×2): expected a batch of at least 2 rows, found 1\n"],
  [
    "loss d2.csv d2.csv --labels labels.txt",
    1,
    "labels.txt: expected one label for each of the 2 rows of d2.csv, found 3 labels\nhint: one label per line, in the order of the rows, without a header\n",
  ],
  [
    "loss --labels labels.txt < d2.csv",
    1,
    "labels.txt: expected one label for each of the 2 rows of stdin, found 3 labels\n",
  ],
  [
    "dedupe d2.csv --min-score 95",
    2,
    "--min-score: expected at most 1 for cosine, found 95\nhint: 95 percent is --min-score 0.95\n",
  ],
  [
    "pairs d2.csv --min-score 1.5 --metric correlation",
    2,
    "--min-score: expected at most 1 for correlation, found 1.5\n",
  ],
  ["topk d2.csv --min-score 200", 2, "--min-score: expected at most 1 for cosine, found 200\n"],
  [
    "mine d2.csv n3.csv --labels labels.txt",
    1,
    "labels.txt: expected one label for each of the 2 rows of d2.csv, found 3 labels\n",
  ],
  [
    "loss a.csv b.csv --labels nofile.txt",
    1,
    "nofile.txt: expected a file of labels, or a column of a.csv, found neither\nhint: is the path right from this folder?\n",
  ],
  ["mine named.csv --labels ./none", 1, "./none: expected a file of labels, or a column of named.csv, found neither\n"],
  [
    "loss named.csv named.csv --labels nam",
    2,
    'named.csv: expected a column named "nam", found name, x, y\nhint: did you mean "name"?\n',
  ],
  [
    "mine dotted.csv --labels class.nam",
    2,
    'dotted.csv: expected a column named "class.nam", found class.name, x\nhint: did you mean "class.name"?\n',
  ],
  ["loss named.csv named.csv --labels other", 2, 'named.csv: expected a column named "other", found name, x, y\n'],
  ["cosine a.csv -o none/x.csv", 1, "none/x.csv: cannot be written: no such folder\nhint: create it with mkdir -p\n"],
  [
    "cosine a.csv -o .",
    1,
    ".: expected a file to write, found a directory\nhint: add a file name: -o DIR/result.csv\n",
  ],
  [
    "cosine a.csv -o none/",
    1,
    "none/: expected a file to write, found a folder that does not exist\nhint: add a file name: -o DIR/result.csv\n",
  ],
  [
    'cosine a.csv -o ""',
    2,
    '--output: expected the name of a file, found ""\nhint: for example: --output result.csv\n',
  ],
  ['loss a.csv b.csv --gradient ""', 2, '--gradient: expected the name of a file, found ""\n'],
  [
    "cosine a.csv --columns ''",
    2,
    'a.csv: expected a selection of columns, found ""\nhint: for example 1-4, 3-, name or !1-2\n',
  ],
  ["cosine a.csv --columns ,", 2, 'a.csv: expected a selection of columns, found ","\n'],
  [
    "cosine named.csv --columns 1",
    2,
    'named.csv: expected columns of numbers, found only the column of ids or labels in "1"\nhint: --columns selects',
  ],
  ["cosin a.csv", 2, "unknown command 'cosin'\nhint: did you mean cosine?\n"],
  ["cosine a.csv --chek", 2, "unknown option '--chek'\nhint: did you mean --check?\n"],
  [
    "--color never cosine a.csv",
    2,
    "unknown option '--color'\nhint: options follow the command: simcli cosine --color\n",
  ],
  [
    "cosine a.csv -f tabel",
    2,
    '--format: expected table, csv, tsv, json, ndjson, markdown, npy, safetensors, fbin, ibin, u8bin, i8bin, ivecs, parquet, arrow, svg, png, found "tabel"\nhint: did you mean table?\n',
  ],
  [
    "cosine a.csv -f xml",
    2,
    '--format: expected table, csv, tsv, json, ndjson, markdown, npy, safetensors, fbin, ibin, u8bin, i8bin, ivecs, parquet, arrow, svg, png, found "xml"\nhint: --help --all lists the values\n',
  ],
  [
    "cosine a.csv --json -f csv",
    2,
    "--json: expected no other format with it, found --format csv\nhint: leave one of them out\n",
  ],
  ["cosine a.csv --heatmap -f csv", 2, "--heatmap: expected the format table, found csv\nhint: add -f table\n"],
  ["cosine a.csv -o x.csv.gz", 2, "--output: expected an uncompressed file, found .gz\n"],
  [
    "cosine a.csv --precision 1.5",
    2,
    '--precision: expected a whole number from 0 to 20, found "1.5"\nhint: for example: --precision 1\n',
  ],
  [
    "cosine a.csv --threads 0",
    2,
    '--threads: expected a whole number from 1 to 1024, found "0"\nhint: for example: --threads 1\n',
  ],
  [
    "noise a.csv --seed -1",
    2,
    '--seed: expected a whole number from 0 to 9007199254740991, found "-1"\nhint: for example: --seed 1\n',
  ],
  ["cosine a.csv --max-memory x", 2, '--max-memory: expected an amount of memory, found "x"\nhint: for example:'],
  [
    "loss a.csv b.csv --kind infonce --temperature 0",
    2,
    '--temperature: expected a number above 0, found "0"\nhint: for example: --temperature 0.25\n',
  ],
  ["cosine a.csv -d ab", 2, "--delimiter: expected one character"],
  ["cosine a.csv --rtol -1", 2, '--rtol: expected a number, 0 or more, found "-1"\nhint: for example: --rtol 0.25\n'],
  ["cosine a.csv --paired --transpose", 2, "option '--paired' cannot be used with option '--transpose'\n"],
  ["cosine a.csv --columns 4", 2, "a.csv: expected a column from 1 to 3, found 4\n"],
  [
    "cosine named.csv --id-column nme",
    2,
    'named.csv: expected a column named "nme", found name, x, y\nhint: did you mean "name"?\n',
  ],
  ["cosine - -", 2, 'expected stdin for one of the files, found "-" and "-"\nhint: stdin can be read only once\n'],
  ["cosine /dev/stdin - < a.csv", 2, 'expected stdin for one of the files, found "/dev/stdin" and "-"\n'],
  ["loss --labels - < a.csv", 2, 'expected stdin for one of the files, found "-" and "-"\n'],
  ["mine a.csv - --positives /dev/fd/0", 2, 'expected stdin for one of the files, found "-" and "/dev/fd/0"\n'],
  ["loss --margin 0.1,x a.csv b.csv", 2, '--margin: expected a number, found "x"\nhint: for example: --margin 0.25\n'],
  ["loss a.csv --mode loop", 2, "--mode computes similarities: expected two files of vectors, found a matrix\n"],
  [
    "loss a.csv b.csv --total --reduction none",
    2,
    "--total: expected a reduction to one number, found --reduction none\nhint: leave --total out, or reduce the losses: --reduction sum\n",
  ],
];

describe("simcli with bad input", () => {
  const place = workplace();
  before(() => {
    place.write("d2.csv", "1,2\n3,4\n");
    place.write("n3.csv", "1,2\n3,4\n5,6\n");
    place.write("one.csv", "1,2\n");
    place.write("named.csv", "name,x,y\na,1,2\nb,3,4\n");
    place.write("dotted.csv", "class.name,x\np,1\nq,2\n");
    place.write("labels.txt", "p\nq\np\n");
  });

  function expectOneLine({ code, stdout, stderr }: { code: number | null; stdout: string; stderr: string }): void {
    expect(code).to.equal(1);
    expect(stdout).to.equal("");
    expect(stderr).to.match(/^(?:simcli: .+\n)+(?:… and \d+ more\n)?(?:hint: .+\n)?$/);
    expect(stderr).not.to.match(/^ +at |internal error/m);
  }

  for (const [title, content, message] of BAD_FILES) {
    it(`reports ${title}`, async () => {
      place.write("bad.csv", content);
      const ended = await place.run("cosine", "bad.csv");
      expectOneLine(ended);
      expect(ended.stderr.split("\n")[0]).to.equal(`simcli: ${message}`);
    });
  }

  for (const [line, code, message] of BAD_LINES) {
    it(`reports simcli ${line}`, () => {
      const ended = place.bash(`simcli ${line}`);
      expect(ended.stderr).to.contain(`simcli: ${message}`);
      expect(ended.stdout).to.equal("");
      expect(ended.code).to.equal(code);
    });
  }

  it("reports --backend blas without a library", () => {
    const ended = place.bash("SIMCLI_BLAS=libnone.so simcli cosine a.csv --backend blas");
    expectOneLine(ended);
    expect(ended.stderr).to.contain("simcli: --backend blas: expected a BLAS on this machine, ");
    expect(ended.stderr).to.contain("hint: Debian: apt install libopenblas0");
  });

  it("reports damaged gzip", async () => {
    place.write("bad.gz", gzipSync("1,2\n3,4\n").subarray(0, 20));
    const ended = await place.run("cosine", "bad.gz");
    expectOneLine(ended);
    expect(ended.stderr).to.contain("bad.gz: expected gzip data, found damaged data");
  });

  it("has a hint that works when it is pasted", async () => {
    for (const [text, ...command] of [
      ["w;x;y\na;0,5;0,25\nb;1,5;2,5\n", "cosine", "bad file.csv"],
      ["x,y\n1,2\n,4\n5,NA\n", "topk", "bad file.csv", "-k", "1"],
      ["1,2,3\n4,x,6\n7,8,9\n", "cosine", "bad file.csv", "--json"],
      ["id,a,b,c\nu,1,2,3\nv,4,x,6\n", "describe", "bad file.csv"],
      ["id,a,b,c\nu,1,2,3\nv,4,x,6\n", "pairs", "bad file.csv", "-f", "ndjson"],
      ["My title\na,b,c\nm,kg,s\n1,2,3\n4,5,6\na,b,c\n7,8,9\n2 rows\n", "cosine", "bad file.csv"],
      ['"a","b"\n"1,5","2,5"\n"1,25","2"\n', "cosine", "bad file.csv"],
      [`id,a,b\n${"u,1,\n".repeat(120)}v,1,2\n`, "topk", "bad file.csv"],
      ['id,v\na,"[1,2]"\nb,\nc,"[3,4]"\n', "topk", "bad file.csv"],
    ]) {
      place.write("bad file.csv", text);
      const first = await place.run(...command);
      const pasted = /^hint: .*?((?:sed|simcli) .*)$/m.exec(first.stderr)?.[1];
      if (command[0] === "describe") expect([first.code, pasted]).to.deep.equal([0, undefined]);
      else {
        expect([first.code, first.stdout], first.stderr).to.deep.equal([1, ""]);
        const second = place.bash(pasted!);
        expect(second.code, `${pasted}: ${second.stderr}`).to.equal(0);
        expect(second.stdout).to.not.equal("");
      }
    }
  });

  it("reports the columns of ten faults and counts the rest", async () => {
    place.write("bad.csv", `${Array(13).fill("1").join(",")}\n${`1,${Array(12).fill("x").join(",")}\n`.repeat(2)}`);
    const { stderr } = await place.run("cosine", "bad.csv");
    const lines = stderr.trimEnd().split("\n");
    expect(lines.filter((line) => /^simcli: bad\.csv:2:.*\(2 such cells in this column\)$/.test(line))).to.have.length(
      10,
    );
    expect(lines[10]).to.equal("… and 4 more");
    expect(lines[11]).to.match(/^hint: /);
  });

  it("never prints a number for a file with a malformed cell, wherever it is", async () => {
    const cell = fc.constantFrom(
      "",
      "0x1F",
      "1_0",
      "1e",
      "²",
      "nan",
      "NaN",
      "inf",
      "Infinity",
      "1e400",
      "--1",
      "1.2.3",
      "1 2",
      "½",
      "$1",
      "1;2",
      '"',
      "true",
      "-",
      "+",
      ".",
    );
    const file = fc.record({
      rows: fc.integer({ min: 2, max: 6 }),
      columns: fc.integer({ min: 2, max: 5 }),
      at: fc.nat(),
      bad: cell,
    });
    await fc.assert(
      fc.asyncProperty(file, async ({ rows, columns, at, bad }) => {
        const spot = at % (rows * columns);
        const lines = Array.from({ length: rows }, (_, i) =>
          Array.from({ length: columns }, (_, j) => (i * columns + j === spot ? bad : String(i + j + 1))).join(","),
        );
        place.write("bad.csv", `${lines.join("\n")}\n`);
        const ended = await place.run("cosine", "bad.csv");
        expectOneLine(ended);
        const line = Math.floor(spot / columns) + 1;
        expect(ended.stderr).to.contain(`bad.csv:${line}`);
      }),
      { numRuns: 40 },
    );
  });

  it("rejects a table that does not fit in memory before it starts", () => {
    place.write("tall.csv", "1\n2\n".repeat(150_000));
    for (const line of ["cosine tall.csv -f table --full", "loss tall.csv tall.csv -f table --full"]) {
      const { code, stderr } = place.bash(`simcli ${line}`);
      expect(code).to.equal(1);
      expect(stderr).to.match(
        /a table of 300000×300000 cells needs 5760 GB of memory, found [\d.]+ GB free\nhint: leave --full out/,
      );
    }
  });

  it("fails if the modes differ, with the location, and still prints the result", () => {
    place.write("zero.csv", "1,2\n0,0\n");
    const failed = place.bash("simcli cosine zero.csv --zero-vectors nan --check --json");
    expect(failed.code).to.equal(1);
    expect(JSON.parse(failed.stdout).agreement).to.include({ agree: false, maxDifference: null });
    expect(failed.stderr).to.contain("loop and matrix agree: no   largest difference nan at (0, 1)");
    expect(place.bash("simcli cosine zero.csv --zero-vectors nan --check --equal-nan").code).to.equal(0);
    const view = place.bash("simcli cosine zero.csv --zero-vectors nan --check -f table");
    expect(view).to.include({ code: 1, stderr: "" });
    expect(view.stdout).to.match(/loop and matrix agree: no (?:.*\n)+--equal-nan counts NaN as equal to NaN\n$/);
    const unasked = place.bash("simcli cosine zero.csv --zero-vectors nan -f table");
    expect(unasked).to.include({ code: 0, stderr: "" });
    expect(unasked.stdout).to.contain("loop and matrix agree: yes");
    const table = place.bash("simcli cosine a.csv b.csv -f table --rtol 0 --atol 0");
    expect(table.code).to.equal(1);
    expect(table.stdout).to.contain("loop and matrix agree: no");
  });
});
