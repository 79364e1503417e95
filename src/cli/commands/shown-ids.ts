import { escapeControls } from "../../output/escape.js";
import type { Context } from "../context.js";

/** How a command shows ids: as they are in a file or a pipe, escaped where they go straight to a terminal. */
export function shownIds(context: Context): (ids: readonly string[] | null) => readonly string[] | null {
  return (ids) => (ids && context.needsEscapes ? ids.map(escapeControls) : ids);
}
