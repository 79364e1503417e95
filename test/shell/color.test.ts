import { expect } from "chai";
import { colorLevel } from "#dist/shell/color.js";

type Environment = { readonly [name: string]: string };

/** Environments of terminals, and the colour level of each. */
const TERMINALS: readonly [Environment, 0 | 1 | 2 | 3][] = [
  [{}, 1],
  [{ TERM: "xterm" }, 1],
  [{ TERM: "xterm-256color" }, 2],
  [{ TERM: "xterm-256color", COLORTERM: "truecolor" }, 3],
  [{ TERM: "screen", COLORTERM: "24bit" }, 3],
  [{ TERM: "xterm-direct" }, 3],
  [{ WT_SESSION: "1" }, 3],
  [{ TERM: "dumb" }, 0],
  [{ TERM: "dumb", COLORTERM: "truecolor" }, 0],
];

/** Values of FORCE_COLOR, and the level that each requests; null if it has no effect. */
const FORCES: readonly [string | undefined, ((own: 0 | 1 | 2 | 3) => number) | null][] = [
  [undefined, null],
  ["0", () => 0],
  ["false", () => 0],
  ["1", () => 1],
  ["2", () => 2],
  ["3", () => 3],
  ["true", (own) => Math.max(1, own)],
  ["yes", (own) => Math.max(1, own)],
];

describe("colorLevel", () => {
  for (const choice of ["auto", "always", "never"] as const) {
    for (const isTerminal of [true, false]) {
      for (const noColor of [undefined, "", "1", "0"]) {
        for (const [force, forced] of FORCES) {
          const set = {
            ...(noColor === undefined ? {} : { NO_COLOR: noColor }),
            ...(force === undefined ? {} : { FORCE_COLOR: force }),
          };
          const where = isTerminal ? "a terminal" : "a pipe";
          it(`follows --color ${choice} on ${where} with ${JSON.stringify(set)}`, () => {
            for (const [terminal, own] of TERMINALS) {
              let expected: number = isTerminal ? own : 0;
              if (forced) expected = forced(own);
              if (noColor) expected = 0;
              if (choice === "always") expected = Math.max(1, own);
              if (choice === "never") expected = 0;
              const env = { ...terminal, ...set };
              expect(colorLevel(choice, isTerminal, env), JSON.stringify(env)).to.equal(expected);
            }
          });
        }
      }
    }
  }
});
