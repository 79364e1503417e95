import { expect } from "chai";
import type { MachineError } from "#dist/core/errors.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { MemoryBudget } from "#dist/shell/memory.js";
import { fixturePath } from "../reference.js";

describe("the hint of an error about memory", () => {
  const hintOf = (budget: MemoryBudget) => {
    try {
      budget.left();
    } catch (error) {
      return (error as MachineError).hint;
    }
    return null;
  };

  it("names --dtype f32 only if vectors are doubles", () => {
    const budget = new MemoryBudget(120e6);
    expect(hintOf(budget)).to.equal(null);
    budget.takeVectors({ values: new Float32Array(3e6) });
    expect(hintOf(budget)).to.equal("--max-memory 124MB");
    budget.takeVectors({ values: new Float64Array(1) });
    expect(hintOf(budget)).to.equal("--dtype f32 halves the memory of the vectors");
  });

  it("names --dtype f32 only while doubles are read", async () => {
    const hint = (dtype: "f32" | "f64") =>
      readVectors(fixturePath("digits/b.csv"), { dtype, maxBytes: 1000 }).then(
        () => null,
        (error: MachineError) => error.hint,
      );
    expect(await hint("f64")).to.equal("raise --max-memory, or halve the need with --dtype f32");
    expect(await hint("f32")).to.equal("raise --max-memory");
  });
});
