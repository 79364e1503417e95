/** The version of package.json, which a test holds it to; to read it from there takes 3 ms of every start. */
export const VERSION = "0.1.0";
