import { escapeControls } from "../../output/escape.js";
import type { Context } from "../../shell/context.js";

/** How a command shows ids: as they are, but escaped where they could act on a terminal. */
export function shownIds(context: Context): (ids: readonly string[] | null) => readonly string[] | null {
  return (ids) => (ids && context.needsEscapes ? ids.map(escapeControls) : ids);
}
