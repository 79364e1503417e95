import { escapeControls } from "../../output/escape.js";
import type { Context } from "../../shell/context.js";

/** Returns a function that escapes ids if they could control the terminal. */
export function shownIds(context: Context): (ids: readonly string[] | null) => readonly string[] | null {
  return (ids) => (ids && context.needsEscapes ? ids.map(escapeControls) : ids);
}
