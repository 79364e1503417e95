/// <reference path="../../src/kernels/webassembly.d.ts" />
import { allocateWorkspace, FIELD, LineScanner } from "#dist/kernels/scan.js";
import { Kernels, loadKernels } from "#dist/kernels/wasm.js";
import { createWrite, type RowText, textBytes } from "#dist/kernels/write-rows.js";

/** Returns kernels with a separate memory. */
export function freshKernels(): Kernels {
  const { module, relaxed } = loadKernels();
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 1 << 16, shared: true });
  const kernels = new Kernels({ module, memory, relaxed });
  kernels.call.start();
  kernels.call.computePowers();
  return kernels;
}

const WINDOW_BYTES = 1 << 17;

/** Reads texts as lines of one number with the kernels; an unread line is NaN. */
export class NumberReader {
  private readonly scanner: LineScanner;

  constructor(kernels: Kernels = loadKernels()) {
    const workspace = allocateWorkspace(kernels, WINDOW_BYTES, 0, 1);
    this.scanner = new LineScanner(kernels, { delimiter: 0x2c, kinds: [FIELD.number] }, workspace, WINDOW_BYTES);
  }

  read(texts: readonly string[]): Float64Array {
    const values = new Float64Array(texts.length).fill(Number.NaN);
    for (let first = 0; first < texts.length; ) {
      let last = first;
      let lines = "";
      while (last < texts.length && lines.length + texts[last]!.length < WINDOW_BYTES) lines += `${texts[last++]}\n`;
      const length = this.scanner.text.write(lines, "latin1");
      const { rows } = this.scanner.scan(0, length, 0, []);
      values.set(this.scanner.values(rows), first);
      // A line that is not a number is skipped.
      first = rows < last - first ? first + rows + 1 : last;
    }
    return values;
  }
}

export const LINES: RowText = { separator: ",", rowStart: "", rowEnd: "", lineEnd: "\n", nan: "nan" };

const AT_ONCE = 1 << 12;

/** Writes numbers, one per line, with the kernels. */
export class NumberWriter {
  private readonly cells: number;
  private readonly out: number;

  constructor(private readonly kernels: Kernels = loadKernels()) {
    this.cells = kernels.allocate(8 * AT_ONCE);
    this.out = kernels.allocate(textBytes(AT_ONCE, 1));
  }

  write(values: Float64Array): string[] {
    const { kernels, cells, out } = this;
    const texts: string[] = [];
    for (let first = 0; first < values.length; first += AT_ONCE) {
      const some = values.subarray(first, first + AT_ONCE);
      kernels.doubles(cells, some.length).set(some);
      const shape = { rows: some.length, columns: 1, rowsAtOnce: some.length, text: LINES };
      const length = createWrite({ kind: "write", cells, out, ...shape }, kernels, 0)(0);
      for (const text of kernels.bytes(out, length).toString("latin1").trimEnd().split("\n")) texts.push(text);
    }
    return texts;
  }
}
