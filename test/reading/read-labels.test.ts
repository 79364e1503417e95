import { expect } from "chai";
import fc from "fast-check";
import { readLabels } from "#dist/reading/read-labels.js";
import { chunkSizes, rejection, sourceOf } from "../input/support.js";

describe("readLabels", () => {
  it("reads one label per line, for any line ends and chunks", async () => {
    const label = fc.stringMatching(/^[a-z0-9é日😀,;#]([a-z0-9é日😀,;# ]{0,5}[a-z0-9é日😀,;#])?$/u);
    const file = fc.record({
      labels: fc.array(label, { minLength: 1, maxLength: 8 }),
      end: fc.constantFrom("\n", "\r\n", "\r"),
      bom: fc.boolean(),
      blanks: fc.constantFrom("", " ", "\t "),
      tail: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(file, chunkSizes, async ({ labels, end, bom, blanks, tail }, sizes) => {
        const text = labels.map((each) => blanks + each + blanks).join(end) + end.repeat(tail);
        expect(await readLabels(sourceOf((bom ? "\ufeff" : "") + text, "l.txt", sizes))).to.deep.equal(labels);
      }),
    );
  });

  it("removes quotes around a label", async () => {
    expect(await readLabels(sourceOf('"a b"\nc\n'))).to.deep.equal(["a b", "c"]);
  });

  it("rejects a blank line between labels, naming it", async () => {
    const error = await rejection(readLabels(sourceOf("a\r\nb\r\n \r\nc\r\n", "l.txt")));
    expect(error.message).to.equal("l.txt:3: expected a label, found a blank line");
  });

  for (const text of ["", "\n\n", " \r\n", "\ufeff"]) {
    it(`rejects a file without labels: ${JSON.stringify(text)}`, async () => {
      const error = await rejection(readLabels(sourceOf(text, "l.txt")));
      expect(error.message).to.equal("l.txt: expected one label per line, found an empty file");
    });
  }

  it("rejects a file that is not text, with the byte offset", async () => {
    const error = await rejection(readLabels(sourceOf(Buffer.from([0x61, 0x0a, 0xff]), "l.txt")));
    expect(error.message).to.equal("l.txt: expected UTF-8 text, found byte 0xff at byte offset 2");
  });
});
