import { expect } from "chai";
import { loadKernels } from "#dist/kernels/wasm.js";

describe("areFinite", () => {
  it("finds a number that is not finite at any place", () => {
    const kernels = loadKernels();
    const address = kernels.allocate(4 * 16);
    const numbers = [0, -0, 1.5, -3.4028234663852886e38, 1e-45, 2 ** -126];
    for (let count = 0; count <= 13; count++) {
      const floats = kernels.floats(address, 16).fill(Number.NaN);
      for (let i = 0; i < count; i++) floats[i] = numbers[i % numbers.length]!;
      expect(kernels.call.areFinite(address, count), `${count} numbers`).to.equal(1);
      for (let i = 0; i < count; i++) {
        for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
          const before = floats[i]!;
          floats[i] = bad;
          expect(kernels.call.areFinite(address, count), `${bad} at ${i} of ${count}`).to.equal(0);
          floats[i] = before;
        }
      }
    }
    kernels.release(address);
  });
});
