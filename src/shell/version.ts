/** The version in package.json (a test compares them). Reading it from there takes 3 ms at each start. */
export const VERSION = "0.1.0";
