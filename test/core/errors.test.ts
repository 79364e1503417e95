import { expect } from "chai";
import {
  BrokenPipeError,
  DataError,
  FAULTS_SHOWN,
  faultText,
  MachineError,
  MalformedError,
  SimcliError,
  UsageError,
} from "#dist/core/errors.js";

describe("errors", () => {
  it("have the name of their class, a hint and a cause", () => {
    for (const Kind of [SimcliError, UsageError, DataError, MachineError]) {
      const cause = new Error("why");
      const error = new Kind("what", "do this", { cause });
      expect(error).to.be.instanceOf(Error).and.instanceOf(SimcliError);
      expect([error.name, error.message, error.hint, error.cause]).to.deep.equal([Kind.name, "what", "do this", cause]);
      expect(new Kind("what").hint).to.equal(undefined);
    }
  });

  it("distinguish data errors from usage and machine errors", () => {
    const error = new MalformedError([], 0);
    expect(error).to.be.instanceOf(DataError).and.not.instanceOf(UsageError).and.not.instanceOf(MachineError);
    expect(new BrokenPipeError()).to.be.instanceOf(SimcliError).and.not.instanceOf(DataError);
  });

  it("format a location as editors expect it", () => {
    expect(faultText({ file: "a.csv", line: 4, field: 2, message: "no" })).to.equal("a.csv:4:2: no");
    expect(faultText({ file: "a.csv", line: 4, message: "no" })).to.equal("a.csv:4: no");
  });

  it("list faults one per line, and keep their total number", () => {
    const faults = [
      { file: "a.csv", line: 1, field: 2, message: "one" },
      { file: "a.csv", line: 3, message: "two" },
    ];
    const error = new MalformedError(faults, 22, "try");
    expect(error.message).to.equal("a.csv:1:2: one\na.csv:3: two");
    expect([error.faults, error.total, error.hint, error.name]).to.deep.equal([faults, 22, "try", "MalformedError"]);
    expect(FAULTS_SHOWN).to.equal(10);
  });
});
