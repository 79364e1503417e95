import { Readable, Writable } from "node:stream";
import type { Streams } from "#dist/shell/streams.js";

/** Streams that keep what is written to them. */
export interface FakeStreams extends Streams {
  readonly said: { stdout: string; stderr: string };
}

export function fakeStreams({
  columns,
  env = {},
  isTTY = true,
}: {
  columns?: number;
  env?: Streams["env"];
  isTTY?: boolean;
} = {}): FakeStreams {
  const said = { stdout: "", stderr: "" };
  const keep = (name: "stdout" | "stderr") =>
    Object.assign(
      new Writable({
        decodeStrings: false,
        write(chunk, _encoding, done) {
          said[name] += chunk;
          done();
        },
      }),
      { isTTY, ...(columns === undefined ? {} : { columns }) },
    );
  return { stdin: Readable.from([]), stdout: keep("stdout"), stderr: keep("stderr"), env, said };
}
