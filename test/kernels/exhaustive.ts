import { textOf } from "../input/support.js";
import { NumberSource } from "./numbers.js";
import { NumberReader, NumberWriter } from "./support.js";

/**
 * Compares the kernels with JavaScript on millions of numbers:
 * node build/test/kernels/exhaustive.js [count, in millions] [seed]
 */
const [millions = 5, seed = Date.now() % 1e6] = process.argv.slice(2).map(Number);
const BATCH = 50_000;

const source = new NumberSource(seed);
const [reader, writer] = [new NumberReader(), new NumberWriter()];
const say = (text: string) => process.stdout.write(`${text}\n`);
let faults = 0;

function compareReading(texts: readonly string[]): void {
  const values = reader.read(texts);
  texts.forEach((text, i) => {
    if (Object.is(values[i], Number(text))) return;
    faults++;
    say(`read ${text}: expected ${Number(text)}, found ${values[i]}`);
  });
}

function compareWriting(values: Float64Array): void {
  writer.write(values).forEach((text, i) => {
    const expected = textOf(values[i]!);
    if (text === expected) return;
    faults++;
    say(`write: expected ${expected}, found ${text}`);
  });
}

say(`seed ${seed}`);
let texts = 0;
for (let doubles = 0; doubles < millions * 1e6; doubles += BATCH) {
  const draws = [() => source.anyBits(), () => source.value(), () => source.score()];
  const values = Float64Array.from({ length: BATCH }, (_, i) => draws[i % draws.length]!());
  compareWriting(values);
  compareReading(Array.from(values, textOf));
  compareReading(Array.from({ length: BATCH / 2 }, () => source.text()));
  compareReading(Array.from({ length: BATCH / 2 }, () => source.fraction()));
  compareReading(Array.from({ length: BATCH / 20 }, () => source.halfway()));
  compareReading(Array.from({ length: BATCH / 20 }, () => source.halfwayFraction()));
  texts += BATCH + BATCH / 10;
}
say(
  `${millions} million doubles written and read back, ${texts} other texts read: ${faults} otherwise than JavaScript`,
);
process.exitCode = faults === 0 ? 0 : 1;
