import { expect } from "chai";
import fc from "fast-check";
import { UsageError } from "#dist/core/errors.js";
import { columnIndex, namesColumn, reference, selectColumns } from "#dist/input/columns.js";

/** A header of distinct names, and the texts that denote each column. */
const headers = fc.uniqueArray(
  fc.oneof(fc.constantFrom("a,b", "first", "last", "x y", "é", "日本", "a-b"), fc.stringMatching(/^[a-z]{1,5}$/)),
  { minLength: 1, maxLength: 8 },
);
type End = { readonly index: number; readonly named: boolean };
type Part = { readonly from: End | null; readonly to: End | null; readonly range: boolean };

const end = (width: number): fc.Arbitrary<End> => fc.record({ index: fc.nat({ max: width - 1 }), named: fc.boolean() });
const part = (width: number): fc.Arbitrary<Part> =>
  fc.oneof(
    end(width).map((from) => ({ from, to: null, range: false })),
    fc.tuple(end(width), end(width)).map(([from, to]) => ({ from, to, range: true })),
    end(width).map((from) => ({ from, to: null, range: true })),
    end(width).map((to) => ({ from: null, to, range: true })),
  );

function endText(place: End | null, header: readonly string[]): string {
  if (place === null) return "";
  if (!place.named) return String(place.index + 1);
  const name = header[place.index];
  return /[,-]/.test(name) ? `"${name}"` : name;
}

const partText = ({ from, to, range }: Part, header: readonly string[]) =>
  range ? `${endText(from, header)}-${endText(to, header)}` : endText(from, header);

/** Returns the columns of a part of a selection. */
function expected({ from, to, range }: Part, width: number): number[] {
  let at = from?.index ?? 0;
  const last = range ? (to?.index ?? width - 1) : at;
  const found = [at];
  while (at !== last) {
    at += at < last ? 1 : -1;
    found.push(at);
  }
  return found;
}

describe("selectColumns", () => {
  it("agrees with an independent model of xsv's notation", () => {
    const cases = headers.chain((header) =>
      fc.record({
        header: fc.constant(header),
        parts: fc.array(part(header.length), { minLength: 1, maxLength: 4 }),
        others: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(cases, ({ header, parts, others }) => {
        const width = header.length;
        const text = (others ? "!" : "") + parts.map((each) => partText(each, header)).join(",");
        const chosen = parts.flatMap((each) => expected(each, width));
        const wanted = others ? header.map((_, i) => i).filter((i) => !chosen.includes(i)) : chosen;
        expect(selectColumns(text, header, width, "a.csv"), text).to.deep.equal(wanted);
      }),
      { numRuns: 1000 },
    );
  });

  for (const [selection, indices] of [
    ["1,3", [0, 2]],
    ["3,1,1", [2, 0, 0]],
    ["1-4", [0, 1, 2, 3]],
    ["4-1", [3, 2, 1, 0]],
    ["3-", [2, 3]],
    ["-3", [0, 1, 2]],
    ["!1-2", [2, 3]],
    ["!2", [0, 2, 3]],
    ["b", [1]],
    ["b-d", [1, 2, 3]],
    ["d-b", [3, 2, 1]],
  ] as const) {
    it(`selects ${indices.join(", ")} of four columns for ${selection}`, () => {
      expect(selectColumns(selection, ["a", "b", "c", "d"], 4, "a.csv")).to.deep.equal([...indices]);
    });
  }

  it("takes a column whose name looks like a range by its name", () => {
    expect(selectColumns("x-y", ["x", "y", "x-y"], 3, "a.csv")).to.deep.equal([2]);
  });

  for (const selection of ["5", "0", "1-5", "!9", "name"]) {
    it(`rejects ${selection} for four columns without a header, naming the file`, () => {
      expect(() => selectColumns(selection, null, 4, "a.csv")).to.throw(UsageError, /^a\.csv: expected a column/);
    });
  }
});

describe("columnIndex", () => {
  it("lists the columns and suggests the most similar name", () => {
    const error = thrown(() => columnIndex("nmae", ["id", "name"], 2, "a.csv"));
    expect(error.message).to.equal('a.csv: expected a column named "nmae", found id, name');
    expect(error.hint).to.equal('did you mean "name"?');
  });

  it("reports a missing header", () => {
    const error = thrown(() => columnIndex("name", null, 2, "a.csv"));
    expect(error.message).to.equal('a.csv: expected a column named "name", found no header');
    expect(error.hint).to.equal("a column can be named by its header or counted from 1");
  });

  it("reports the valid numbers", () => {
    const error = thrown(() => columnIndex(3, null, 2, "a.csv"));
    expect(error.message).to.equal("a.csv: expected a column from 1 to 2, found 3");
    expect(error.hint).to.equal("columns count from 1");
  });
});

describe("reference and namesColumn", () => {
  it("take digits for a number and other text for a name", () => {
    expect(reference("12")).to.equal(12);
    expect(reference("x1")).to.equal("x1");
    expect(reference('"12"')).to.equal("12");
  });

  it("determine whether a selection needs a header", () => {
    for (const selection of ["1", "1-4", "3-", "-3", "!1-2,7"]) expect(namesColumn(selection), selection).to.be.false;
    for (const selection of ["a", "1,a", "!x", "a-c", '"1"']) expect(namesColumn(selection), selection).to.be.true;
  });
});

function thrown(act: () => unknown): UsageError {
  try {
    act();
  } catch (error) {
    expect(error).to.be.instanceOf(UsageError);
    return error as UsageError;
  }
  throw new Error("expected an error");
}
