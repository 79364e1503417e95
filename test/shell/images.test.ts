import { Writable } from "node:stream";
import { expect } from "chai";
import { UsageError } from "#dist/core/errors.js";
import { imageProtocol, terminalImages } from "#dist/shell/images.js";
import type { Streams } from "#dist/shell/streams.js";

type Environment = { readonly [name: string]: string };
const KITTY = { TERM: "xterm-kitty", KITTY_WINDOW_ID: "1", COLORTERM: "truecolor" };

/** Environments of terminals, and the protocol that each shows. */
const TERMINALS: readonly [Environment, string | null][] = [
  [{}, null],
  [{ TERM: "xterm-256color", COLORTERM: "truecolor" }, null],
  [{ TERM: "xterm-256color", WT_SESSION: "1" }, null],
  [{ TERM: "xterm-256color", TERM_PROGRAM: "Apple_Terminal" }, null],
  [{ TERM: "xterm-256color", TERM_PROGRAM: "vscode" }, null],
  [{ TERM: "xterm-256color", TERM_PROGRAM: "constructor" }, null],
  [KITTY, "kitty"],
  [{ TERM: "xterm-kitty" }, "kitty"],
  [{ TERM: "xterm-256color", KITTY_WINDOW_ID: "3" }, "kitty"],
  [{ TERM: "xterm-ghostty" }, "kitty"],
  [{ TERM: "xterm-256color", TERM_PROGRAM: "ghostty" }, "kitty"],
  [{ TERM: "xterm-256color", KONSOLE_VERSION: "220400" }, "kitty"],
  [{ TERM: "xterm-256color", KONSOLE_VERSION: "250801" }, "kitty"],
  [{ TERM: "xterm-256color", KONSOLE_VERSION: "211203" }, null],
  [{ TERM: "xterm-256color", TERM_PROGRAM: "iTerm.app", LC_TERMINAL: "iTerm2" }, "iterm2"],
  [{ TERM: "xterm-256color", LC_TERMINAL: "iTerm2" }, "iterm2"],
  [{ TERM: "xterm-256color", TERM_PROGRAM: "WezTerm" }, "iterm2"],
  [{ TERM: "wezterm" }, "iterm2"],
  [{ TERM: "foot" }, "sixel"],
  [{ TERM: "foot-extra" }, "sixel"],
  [{ TERM: "mlterm-256color" }, "sixel"],
  [{ TERM: "contour" }, "sixel"],
  [{ TERM: "xterm-sixel" }, "sixel"],
  // Started in another terminal, whose variables it inherits.
  [{ ...KITTY, TERM: "xterm-256color", TERM_PROGRAM: "vscode" }, null],
  [{ TERM: "foot", KITTY_WINDOW_ID: "1" }, "sixel"],
  [{ TERM: "xterm-kitty", TERM_PROGRAM: "iTerm.app", LC_TERMINAL: "iTerm2" }, "kitty"],
  [{ TERM: "xterm-256color", TERM_PROGRAM: "Apple_Terminal", LC_TERMINAL: "iTerm2" }, null],
  // In a multiplexer or an editor.
  [{ ...KITTY, TERM: "tmux-256color", TMUX: "/tmp/tmux-0/default,1,0", TERM_PROGRAM: "tmux" }, null],
  [{ ...KITTY, TMUX: "/tmp/tmux-0/default,1,0" }, null],
  [{ ...KITTY, STY: "1.pts-0" }, null],
  [{ TERM: "screen-256color", LC_TERMINAL: "iTerm2" }, null],
  [{ TERM: "tmux-256color", LC_TERMINAL: "iTerm2" }, null],
  [{ ...KITTY, ZELLIJ: "0" }, null],
  [{ ...KITTY, TERM: "xterm-256color", NVIM: "/run/user/0/nvim.1.0" }, null],
  [{ ...KITTY, TERM: "xterm-256color", VIM_TERMINAL: "901" }, null],
  [{ ...KITTY, TERM: "eterm-color", INSIDE_EMACS: "29.1,term:0.96" }, null],
  [{ ...KITTY, TERM: "dumb" }, null],
];

describe("imageProtocol", () => {
  for (const [env, protocol] of TERMINALS) {
    it(`is ${protocol ?? "none"} for ${JSON.stringify(env)}`, () => {
      expect(imageProtocol(env)).to.equal(protocol);
      expect(imageProtocol({ ...env, SIMCLI_IMAGES: "" })).to.equal(protocol);
      expect(imageProtocol({ ...env, SIMCLI_IMAGES: "auto" })).to.equal(protocol);
      expect(imageProtocol({ ...env, SIMCLI_IMAGES: "none" })).to.equal(null);
      for (const chosen of ["kitty", "iterm2", "sixel"]) {
        expect(imageProtocol({ ...env, SIMCLI_IMAGES: chosen })).to.equal(env.TERM === "dumb" ? null : chosen);
      }
    });
  }

  it("refuses an unknown value of SIMCLI_IMAGES", () => {
    expect(() => imageProtocol({ ...KITTY, SIMCLI_IMAGES: "kity" })).to.throw(
      UsageError,
      'SIMCLI_IMAGES: expected auto, kitty, iterm2, sixel, none, found "kity"',
    );
  });
});

describe("terminalImages", () => {
  const streamsOf = (stdout: { isTTY?: boolean; rows?: number }): Streams =>
    ({ stdout: Object.assign(new Writable(), stdout), env: KITTY }) as unknown as Streams;

  it("draws images on a terminal with colour", async () => {
    const images = await terminalImages(streamsOf({ isTTY: true, rows: 50 }), 1);
    expect(images?.encoder.isScaled).to.equal(true);
    expect(images?.paint.level).to.equal(3);
  });

  it("draws none without colour, in a pipe, or in a window that is too small or of unknown height", async () => {
    expect(await terminalImages(streamsOf({ isTTY: true, rows: 50 }), 0)).to.equal(null);
    expect(await terminalImages(streamsOf({ rows: 50 }), 3)).to.equal(null);
    expect(await terminalImages(streamsOf({ isTTY: true }), 3)).to.equal(null);
    expect(await terminalImages(streamsOf({ isTTY: true, rows: 8 }), 3)).to.equal(null);
    expect(await terminalImages(streamsOf({ isTTY: true, rows: 9 }), 3)).not.to.equal(null);
  });
});
