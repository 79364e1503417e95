/** A bar of the suite: what a ratio or a figure has to be, as text and as a test. */
export const atMost = (limit, unit = "") => ({
  text: `≤ ${number(limit)}${unit && ` ${unit}`}`,
  met: (value) => value <= limit,
});

export const atLeast = (limit, unit = "") => ({
  text: `≥ ${number(limit)}${unit && ` ${unit}`}`,
  met: (value) => value >= limit,
});

const number = (limit) => (limit < 10 ? limit.toFixed(2) : String(Math.round(limit)));
