import { expect } from "chai";
import fc from "fast-check";
import { ArrayScanner } from "#dist/kernels/array-scanner.js";
import { FIELD, LineScanner } from "#dist/kernels/scan.js";
import { NumberSource } from "./numbers.js";

const WINDOW_BYTES = 1 << 17;

/** Returns texts of numbers in many forms: most are fractions, as the components of vectors are. */
function numberTexts(seed: number, count: number): string[] {
  const source = new NumberSource(seed);
  const forms = [() => source.fraction(), () => source.fraction(), () => String(source.score()), () => source.text()];
  return Array.from({ length: count }, (_, i) => forms[(i + seed) % forms.length]!());
}

const fieldsArbitrary = fc.record({
  seed: fc.nat(1000),
  // More than the kernel rounds at once.
  fields: fc.integer({ min: 1, max: 600 }),
  delimiter: fc.constantFrom(",", " ", "\t", ";"),
  blank: fc.constantFrom("", " "),
  lineEnd: fc.constantFrom("\n", "\r\n"),
});

describe("rows read by the kernels", () => {
  it("have JavaScript's bits in every field, with any delimiter", () => {
    fc.assert(
      fc.property(fieldsArbitrary, ({ seed, fields, delimiter, blank, lineEnd }) => {
        const rows = [0, 1, 2].map((row) => numberTexts(seed + row, fields));
        const text = rows.map((row) => row.join(delimiter + blank) + lineEnd).join("");
        const kinds = Array(fields).fill(FIELD.number);
        const scanner = LineScanner.create({ delimiter: delimiter.charCodeAt(0), kinds }, WINDOW_BYTES);
        const length = scanner.text.write(text, "latin1");
        expect(scanner.scan(0, length, 0, [])).to.deep.equal({ rows: 3, end: length });
        const values = Array.from(scanner.values(3));
        scanner.close();
        expect(values.map(String)).to.deep.equal(rows.flat().map((number) => String(Number(number))));
      }),
    );
  });

  it("have JavaScript's bits between fields of text", () => {
    const kindArbitrary = fc.constantFrom(FIELD.number, FIELD.number, FIELD.number, FIELD.text, FIELD.keptText);
    fc.assert(
      fc.property(fc.nat(1000), fc.array(kindArbitrary, { minLength: 1, maxLength: 12 }), (seed, kinds) => {
        const numbers = numberTexts(seed, kinds.length);
        const line = kinds.map((kind, i) => (kind === FIELD.number ? numbers[i] : `id ${i}`));
        const scanner = LineScanner.create({ delimiter: 0x2c, kinds }, WINDOW_BYTES);
        const length = scanner.text.write(`${line.join(",")}\n`, "latin1");
        const texts: string[] = [];
        expect(scanner.scan(0, length, 0, texts)).to.deep.equal({ rows: 1, end: length });
        const values = Array.from(scanner.values(1));
        scanner.close();
        const expected = numbers.filter((_, i) => kinds[i] === FIELD.number);
        expect(values.map(String)).to.deep.equal(expected.map((number) => String(Number(number))));
        expect(texts).to.deep.equal(line.filter((_, i) => kinds[i] === FIELD.keptText));
      }),
    );
  });

  it("end at the first line with another number of fields, or other text", () => {
    for (const bad of ["0.5,0.25", "0.5,0.25,0.125,1", "0.5,0.25x,1", "0.5,,1", "0.5,0.25,", '0.5,"0.25",1', "# 0.5"]) {
      const scanner = LineScanner.create({ delimiter: 0x2c, kinds: Array(3).fill(FIELD.number) }, WINDOW_BYTES);
      const first = "0.1,0.2,0.3\n";
      const length = scanner.text.write(`${first}${bad}\n0.7,0.8,0.9\n`, "latin1");
      expect(scanner.scan(0, length, 0, []), bad).to.deep.equal({ rows: 1, end: first.length });
      scanner.close();
    }
  });
});

describe("arrays read by the kernels", () => {
  const scanner = new ArrayScanner(WINDOW_BYTES);
  const json = (text: string) => String(Number(text) === 0 ? 0 : Number(text));

  it("have JavaScript's bits in JSON with and without blanks", () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 1, max: 600 }),
        fc.constantFrom(",", ", ", ",\n  "),
        (seed, count, comma) => {
          const source = new NumberSource(seed);
          const numbers = Array.from({ length: count }, (_, i) =>
            i % 5 === 0 ? json(source.text()) : String(source.score()),
          );
          const length = scanner.text.write(`${numbers.join(comma)}]`, "latin1");
          const { values, end } = scanner.scan(0, length);
          expect(Array.from(values, String)).to.deep.equal(numbers);
          expect(end).to.equal(length - 1);
        },
      ),
    );
  });

  it("end before a number whose last byte may be missing, whatever bytes follow", () => {
    const text = "0.25,-1.5e-05,3,0.0123456789012345678,4.5, 6.75,";
    for (let to = 0; to <= text.length; to++) {
      scanner.text.write(text, "latin1");
      const { values, end } = scanner.scan(0, to);
      const whole = text.slice(0, to).split(",").slice(0, -1);
      expect(Array.from(values), `the first ${to} bytes`).to.deep.equal(whole.map(Number));
      expect(text.slice(0, end)).to.equal(whole.join(","));
    }
  });
});
