import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { readVectors } from "#dist/reading/read-vectors.js";
import { rejection, sourceOf } from "../../input/support.js";
import { fixturePath } from "../../reference.js";

const fixture = (name: string) => readFileSync(fixturePath(`binary/${name}`));
const refusal = (bytes: Uint8Array, name: string) => rejection(readVectors(sourceOf(bytes, name)));

describe("refusePickle", () => {
  for (const [file, name, what] of [
    ["zip.pt", "a.pt", "a PyTorch file"],
    ["zip.pt", "a.bin", "a PyTorch file"],
    ["zip.pt", "a.npz", "a PyTorch file"],
    ["legacy.pt", "a", "a PyTorch file"],
    // Any zip file, as TorchScript begins with other entries.
    ["one.npz", "a.pt", "a PyTorch file"],
    ["protocol-2.pkl", "a.csv", "a pickle"],
    ["protocol-4.pkl", "a.pkl", "a pickle"],
    ["protocol-4.pkl", "a.ckpt", "a PyTorch file"],
    ["packed.joblib", "a.joblib", "a joblib file"],
  ] as const) {
    it(`refuses ${file}, named ${name}, with the command that converts it`, async () => {
      const { message, hint } = await refusal(fixture(file), name);
      expect(message).to.equal(`${name}: expected data, found ${what}, which is a program and is not run`);
      const target = name === "a.npz" ? "a-2" : "a";
      const others = `${target}.csv for a table of pandas, ${target}.json for records`;
      const start = `if you trust the file, this writes ${target}.npz (${others}): python3 -c 'import`;
      expect(hint?.startsWith(start), hint).to.equal(true);
      expect(hint?.endsWith(`' ${name} ${target}`), hint).to.equal(true);
      const library = { "a PyTorch file": "torch.load", "a pickle": "pickle.load", "a joblib file": "joblib.load" }[
        what
      ];
      expect(hint).to.contain(`${library}(`);
    });
  }

  it("recognises a pickle of joblib by its contents, and a compressed pickle, which need other functions", async () => {
    const head = Buffer.from("\x80\x04\x8c\x14joblib.numpy_pickle", "latin1");
    expect((await refusal(head, "a.pkl")).hint).to.contain("x = joblib.load(a)");
    const packed = await refusal(gzipSync(fixture("protocol-4.pkl")), "a.pkl.gz");
    expect(packed.hint).to.contain("pickle.load(gzip.open(a))").and.to.contain("' a.pkl.gz a.pkl");
  });

  it("refuses text and other bytes by their name, and compressed pickles", async () => {
    expect((await refusal(Buffer.from("(lp0\n."), "a.pickle")).message).to.contain("found a pickle");
    expect((await refusal(gzipSync(fixture("protocol-4.pkl")), "a.gz")).message).to.contain("found a pickle");
    expect((await refusal(new Uint8Array(0), "a.pkl")).message).to.equal(
      "a.pkl: expected rows of numbers, found an empty file",
    );
  });

  it("quotes the name of the file in the command", async () => {
    const { hint } = await refusal(fixture("protocol-4.pkl"), "my file's.pkl");
    expect(hint?.endsWith(`' 'my file'\\''s.pkl' 'my file'\\''s'`), hint).to.equal(true);
  });

  it("reads data of another format under the name of a pickle", async () => {
    const set = await readVectors(sourceOf(fixture("f4-c.npy"), "a.pt"));
    expect([set.rows, set.dimensions]).to.deep.equal([3, 4]);
  });

  it("names the same command for an array of Python objects", async () => {
    const path = fixturePath("binary/objects.npy");
    const { message, hint } = await rejection(readVectors(path));
    expect(message).to.equal(`${path}: expected an array of real numbers, found Python objects (|O)`);
    expect(hint).to.contain("np.load(a, allow_pickle=True)");
  });
});
