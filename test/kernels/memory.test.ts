import { expect } from "chai";
import { allocateWorkspace, FIELD, LineScanner } from "#dist/kernels/scan.js";
import { loadKernels } from "#dist/kernels/wasm.js";
import { freshKernels, NumberWriter } from "./support.js";

describe("kernel memory", () => {
  it("allocates regions that do not overlap, and reuses released ones", () => {
    const kernels = freshKernels();
    const sizes = [1, 64, 65, 1000, 1 << 20, 8, 4096];
    const workspaces = sizes.map((size) => [kernels.allocate(size), size] as const);
    for (const [address, size] of workspaces) {
      expect(address % 64).to.equal(0);
      expect(address + size).to.be.at.most(kernels.memory.buffer.byteLength);
      for (const [other, length] of workspaces) {
        expect(other === address || other + length <= address || address + size <= other).to.be.true;
      }
    }
    const [address] = workspaces[4]!;
    kernels.release(address);
    expect(kernels.allocate(1 << 20)).to.equal(address);
    expect(kernels.allocate(1 << 20)).not.to.equal(address);
  });

  it("locates its own arrays, also through views from before it grew", () => {
    const kernels = freshKernels();
    const address = kernels.allocate(80);
    const early = kernels.doubles(address, 10);
    kernels.allocate(1 << 20);
    expect(kernels.addressOf(early)).to.equal(address);
    expect(kernels.addressOf(kernels.doubles(address, 10).subarray(3))).to.equal(address + 24);
    expect(kernels.addressOf(new Float64Array(3))).to.equal(null);
    expect(kernels.addressOf(loadKernels().doubles(0, 1))).to.equal(null);
  });

  it("is limited to 4 GiB with an error", () => {
    const kernels = freshKernels();
    kernels.allocate(2 ** 31);
    expect(() => kernels.allocate(2 ** 31)).to.throw(RangeError);
  });

  it("is readable and writable above 2 GiB", () => {
    const kernels = freshKernels();
    kernels.allocate(2 ** 31);
    const workspace = allocateWorkspace(kernels, 64, 0, 2);
    expect(workspace.text).to.be.above(2 ** 31);
    const scanner = new LineScanner(kernels, { delimiter: 0x2c, kinds: [FIELD.keptText, FIELD.number] }, workspace, 64);
    const length = scanner.text.write("one,1.5\ntwo,2\n3,x\n");
    const texts: string[] = [];
    expect(scanner.scan(0, length, 0, texts)).to.deep.equal({ rows: 2, end: 14 });
    expect(texts).to.deep.equal(["one", "two"]);
    expect([...scanner.values(2)]).to.deep.equal([1.5, 2]);
    expect(new NumberWriter(kernels).write(Float64Array.of(0.1, -2))).to.deep.equal(["0.1", "-2"]);
  });
});
