import { expect } from "chai";
import { Progress } from "#dist/shell/progress.js";
import { type FakeStreams, fakeStreams } from "./support.js";

describe("Progress", () => {
  let now = 0;
  const clock = () => now;
  beforeEach(() => {
    now = 5000;
  });

  const matrix = (rows: number) => ({
    rows,
    columns: 1,
    async *tiles() {
      for (let firstRow = 0; firstRow < rows; firstRow++) {
        yield { firstRow, rows: 1, columns: 1, values: Float64Array.of(firstRow) };
      }
    },
  });

  /** Returns what is drawn if each row takes `step` milliseconds. */
  async function computing(streams: FakeStreams, shown: boolean, rows: number, step: number): Promise<string[]> {
    const drawn: string[] = [];
    const seen: number[] = [];
    for await (const tile of new Progress(streams, shown, clock).computing(matrix(rows)).tiles()) {
      seen.push(tile.values[0]);
      drawn.push(streams.said.stderr);
      streams.said.stderr = "";
      now += step;
    }
    expect(seen).to.deep.equal(Array.from({ length: rows }, (_, i) => i));
    drawn.push(streams.said.stderr);
    return drawn;
  }

  it("draws nothing in the first second", async () => {
    expect((await computing(fakeStreams(), true, 9, 100)).join("")).to.equal("");
  });

  it("draws nothing if it is disabled", async () => {
    expect((await computing(fakeStreams(), false, 9, 1000)).join("")).to.equal("");
  });

  it("draws the phase, the share done, the rate and the time left, over the previous line", async () => {
    const drawn = await computing(fakeStreams(), true, 8, 500);
    expect(drawn).to.deep.equal([
      "",
      "",
      "\r\x1b[Kcomputing   25 %   2 rows/s   3 s left",
      "\r\x1b[Kcomputing   37 %   2 rows/s   3 s left",
      "\r\x1b[Kcomputing   50 %   2 rows/s   2 s left",
      "\r\x1b[Kcomputing   62 %   2 rows/s   2 s left",
      "\r\x1b[Kcomputing   75 %   2 rows/s   1 s left",
      "\r\x1b[Kcomputing   87 %   2 rows/s   1 s left",
      "\r\x1b[Kcomputing   100 %   2 rows/s   0 s left\r\x1b[K",
    ]);
  });

  it("tells the time left from the rate in the second half of the time until now", async () => {
    const streams = fakeStreams();
    const progress = new Progress(streams, true, clock);
    const onRead = progress.reading("a.csv", 10e6);
    const left: string[] = [];
    // The first two megabytes take 4 s each, the others 1 s.
    for (let megabyte = 0; megabyte < 10; megabyte++) {
      now += megabyte < 2 ? 4000 : 1000;
      streams.said.stderr = "";
      onRead(1e6);
      left.push(/(\d+) s left/.exec(streams.said.stderr)?.[1] ?? "");
    }
    expect(left).to.deep.equal(["36", "32", "18", "12", "9", "7", "5", "3", "2", "0"]);
  });

  it("draws at most ten times per second", async () => {
    const lines = (await computing(fakeStreams(), true, 300, 10)).filter((text) => text !== "");
    expect(lines).to.have.length(21);
  });

  it("never draws wider than the terminal", async () => {
    const text = (await computing(fakeStreams({ columns: 20 }), true, 3, 1000)).join("");
    for (const line of text.split("\r\x1b[K")) expect(line.length).to.be.at.most(19);
    expect(text).to.include("computing");
  });

  function read(count: number, onRead: (bytes: number) => void) {
    for (let k = 0; k < count; k++) {
      now += 1000;
      onRead(1e6);
    }
  }

  it("shows how much of a file has been read, and erases its line", async () => {
    const streams = fakeStreams();
    const progress = new Progress(streams, true, clock);
    read(4, progress.reading("a.csv", 4e6));
    progress.clear();
    expect(streams.said.stderr.split("\r\x1b[K")).to.deep.equal([
      "",
      "reading a.csv   25 %   1.0 MB/s   3 s left",
      "reading a.csv   50 %   1.0 MB/s   2 s left",
      "reading a.csv   75 %   1.0 MB/s   1 s left",
      "reading a.csv   100 %   1.0 MB/s   0 s left",
      "",
    ]);
  });

  it("shows no share and no time left for a pipe", async () => {
    const streams = fakeStreams();
    read(2, new Progress(streams, true, clock).reading("stdin", null));
    expect(streams.said.stderr).to.equal("\r\x1b[Kreading stdin   1.0 MB/s\r\x1b[Kreading stdin   1.0 MB/s");
  });

  it("escapes control characters in a file name", async () => {
    const streams = fakeStreams();
    read(1, new Progress(streams, true, clock).reading("a\x1b[31m\n.csv", null));
    expect(streams.said.stderr).to.include("reading a\\x1b[31m\\x0a.csv");
  });
});
