import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { fileSize } from "#dist/input/file-size.js";
import { matchPattern } from "#dist/input/glob.js";
import { itOnUnix } from "../shell/support.js";

const PATHS = [
  ...[
    "a",
    "b",
    "ab",
    "ba",
    "A",
    "a.b",
    "-",
    "!",
    "^",
    "a]",
    "[a]",
    "a b",
    "é",
    "😀",
    "$a",
    "{a,b}",
    "1",
    "10",
    "9",
    "a+",
  ],
  ...[
    ".a",
    "sub/a",
    "sub/b.npy",
    "sub/.hidden",
    "sub/deep/a",
    "sub/deep/er/b",
    "ab.d/a",
    ".dot/a",
    "ba.d/10",
    "ba.d/9",
  ],
];

/** Prints the paths that each pattern matches, as bash finds them. */
const SCRIPT = `shopt -s globstar nullglob || exit 9; IFS=; for p in "$@"; do for f in $p; do printf '%s\\0' "$f"; done; printf '\\0'; done`;

describe("matchPattern", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "simcli-glob-"));
    for (const path of PATHS) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), "");
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  const relative = (paths: readonly string[]) => paths.map((path) => path.slice(folder.length + 1));
  const matched = (pattern: string) => relative(matchPattern(`${folder}/${pattern}`));

  const segment = fc
    .array(
      fc.constantFrom(
        "a",
        "b",
        ".",
        "1",
        "9",
        "é",
        "*",
        "?",
        "[ab]",
        "[!a]",
        "[^a]",
        "[a-c]",
        "[]a]",
        "[!]a]",
        "[",
        "]",
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((parts) => parts.join(""));
  const pattern = fc
    .array(fc.oneof(segment, fc.constantFrom("**", "*", "sub", "deep", "*.d", "[b-a]")), { minLength: 1, maxLength: 4 })
    // bash is slow for several segments ** in a pattern.
    .map((segments) => segments.filter((text, i) => text !== "**" || segments.indexOf(text) === i).join("/"));

  itOnUnix("finds the files that bash finds, in the order of their code points", function () {
    this.timeout(120_000);
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 60, maxLength: 60 }), (patterns) => {
        const { status, stdout } = spawnSync("bash", ["-c", SCRIPT, "bash", ...patterns], {
          cwd: folder,
          encoding: "utf8",
          env: { PATH: process.env.PATH, LC_ALL: "C.UTF-8" },
        });
        // bash before version 4 has no globstar.
        if (status === 9) return this.skip();
        const isFile = (path: string) => fileSize(`${folder}/${path}`) !== null;
        const expected = splitLists(stdout, patterns.length).map((list) => [...new Set(list)].filter(isFile));
        expect(expected.length).to.equal(patterns.length);
        expect(patterns.map((text) => [text, ...matched(text).filter(isFile)])).to.deep.equal(
          expected.map((list, i) => [
            patterns[i],
            ...[...list].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y))),
          ]),
        );
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });

  it("skips hidden names unless the pattern begins with a point", () => {
    expect(matched("*a")).to.deep.equal(["a", "ba", "$a"].sort());
    expect(matched(".*")).to.deep.equal([".a", ".dot"]);
    expect(matched("sub/**")).to.deep.equal(["sub/a", "sub/b.npy", "sub/deep/a", "sub/deep/er/b"]);
  });

  it("orders by code points, not by UTF-16 units or numbers", () => {
    for (const name of ["\uff5e.x", "😀.x"]) writeFileSync(join(folder, name), "");
    expect(matched("?.x")).to.deep.equal(["\uff5e.x", "😀.x"]);
    expect(matched("ba.d/*")).to.deep.equal(["ba.d/10", "ba.d/9"]);
  });

  itOnUnix("follows links to folders in a named segment, and not in **", () => {
    symlinkSync(join(folder, "sub"), join(folder, "sub/loop"));
    expect(matched("sub/l*p/b.npy")).to.deep.equal(["sub/loop/b.npy"]);
    expect(matched("sub/**/b.npy")).to.deep.equal(["sub/b.npy"]);
    rmSync(join(folder, "sub/loop"));
  });

  it("finds nothing in a folder that does not exist, or is a file", () => {
    expect(matched("none/*")).to.deep.equal([]);
    expect(matched("a/*")).to.deep.equal([]);
    expect(matched("*/none/*")).to.deep.equal([]);
  });
});

/** Returns the lists that the script prints: an empty text ends each. */
function splitLists(text: string, count: number): string[][] {
  const lists: string[][] = [];
  let list: string[] = [];
  for (const part of text.split("\0")) {
    if (part !== "") list.push(part);
    else if (lists.length < count) {
      lists.push(list);
      list = [];
    }
  }
  return lists;
}
