import { UsageError } from "../core/errors.js";
import type { TerminalImages } from "../tables/heatmap-image.js";
import { type ColorLevel, createPaint } from "../tables/paint.js";
import { heatmapLines, type Streams } from "./streams.js";

export type ImageProtocol = "kitty" | "iterm2" | "sixel";

type Environment = Streams["env"];

/** Programs that show a terminal of their own inside a terminal, and do not pass images on. */
const INSIDE: readonly ((env: Environment) => unknown)[] = [
  // tmux(1) and screen(1), ENVIRONMENT. The value of TERM remains where ssh drops the variables.
  ({ TMUX, STY, TERM = "" }) => TMUX || STY || /^(?:screen|tmux)/.test(TERM),
  // https://zellij.dev/documentation/integration.html
  ({ ZELLIJ }) => ZELLIJ,
  // Neovim :help jobstart-env, Vim :help terminal-job, GNU Emacs manual: Interactive Shell
  ({ NVIM, VIM_TERMINAL, INSIDE_EMACS }) => NVIM || VIM_TERMINAL || INSIDE_EMACS,
];

/** Terminals whose TERM names them. Programs that a terminal starts inherit its other variables, but seldom TERM. */
const BY_TERM: readonly (readonly [RegExp, ImageProtocol])[] = [
  // https://sw.kovidgoyal.net/kitty/graphics-protocol/
  [/^xterm-kitty/, "kitty"],
  // https://ghostty.org/docs/help/terminfo and https://ghostty.org/docs/features
  [/^xterm-ghostty/, "kitty"],
  // https://wezterm.org/config/lua/config/term.html and https://wezterm.org/imgcat.html
  [/^wezterm/, "iterm2"],
  // foot(1) and foot-ctlseqs(7): Sixel
  [/^foot/, "sixel"],
  // https://github.com/arakiken/mlterm/blob/master/doc/en/ReleaseNote
  [/^mlterm/, "sixel"],
  // https://github.com/contour-terminal/contour/blob/master/README.md; its terminfo entry is named contour.
  [/^contour/, "sixel"],
  // Terminfo entries that name Sixel as their feature.
  [/sixel/, "sixel"],
];

/** Terminals that set TERM_PROGRAM. VS Code shows images only with a setting, which no variable tells. */
const BY_PROGRAM: { readonly [name: string]: ImageProtocol | undefined } = {
  // https://iterm2.com/documentation-images.html
  "iTerm.app": "iterm2",
  // https://wezterm.org/imgcat.html; its Kitty protocol has a setting.
  WezTerm: "iterm2",
  // https://ghostty.org/docs/features
  ghostty: "kitty",
};

/** The first version of Konsole with images: https://invent.kde.org/utilities/konsole/-/merge_requests/594 */
const KONSOLE_WITH_IMAGES = 220400;

const CHOICES = ["auto", "kitty", "iterm2", "sixel", "none"] as const;

/**
 * Returns the protocol by which a terminal shows images, from SIMCLI_IMAGES, else the variables that the terminal sets; null if it
 * shows none. The terminal is not queried: it might not answer, or its answer might become input of the shell.
 *
 * @throws {UsageError} if SIMCLI_IMAGES has an unknown value.
 */
export function imageProtocol(env: Environment): ImageProtocol | null {
  const { SIMCLI_IMAGES: chosen, TERM = "", TERM_PROGRAM, KITTY_WINDOW_ID, KONSOLE_VERSION, LC_TERMINAL } = env;
  const choice = CHOICES.find((name) => name === (chosen || "auto"));
  if (!choice) {
    throw new UsageError(
      `SIMCLI_IMAGES: expected ${CHOICES.join(", ")}, found "${chosen}"`,
      "unset SIMCLI_IMAGES selects what the terminal can show",
    );
  }
  if (choice === "none" || TERM === "dumb") return null;
  if (choice !== "auto") return choice;
  if (INSIDE.some((isInside) => isInside(env))) return null;
  const byTerm = BY_TERM.find(([pattern]) => pattern.test(TERM));
  if (byTerm) return byTerm[1];
  if (TERM_PROGRAM) return (Object.hasOwn(BY_PROGRAM, TERM_PROGRAM) && BY_PROGRAM[TERM_PROGRAM]) || null;
  // https://sw.kovidgoyal.net/kitty/glossary/#envvar-KITTY_WINDOW_ID
  if (KITTY_WINDOW_ID) return "kitty";
  // Konsole's SessionManager.cpp: 22.04.3 is 220403.
  if (Number(KONSOLE_VERSION) >= KONSOLE_WITH_IMAGES) return "kitty";
  // iTerm2's shell integration: LC_TERMINAL is forwarded over ssh.
  return LC_TERMINAL === "iTerm2" ? "iterm2" : null;
}

/**
 * Returns how to draw images on stdout; null if it is not a terminal that shows them, without colour, and for a window that is too
 * small.
 */
export async function terminalImages({ stdout, env }: Streams, level: ColorLevel): Promise<TerminalImages | null> {
  const hasRoom = (stdout.rows ?? 0) > heatmapLines({ stdout });
  if (level === 0 || stdout.isTTY !== true || !hasRoom) return null;
  const protocol = imageProtocol(env);
  if (!protocol) return null;
  const { imageEncoder } = await import("../pictures/terminal-image.js");
  return { encoder: imageEncoder(protocol), paint: await createPaint(3) };
}
