import { readFileSync, writeFileSync } from "node:fs";

// One file starts in half the time of sixty. Left out: what is loaded only when it is needed.
const external = ["chalk", "mathjs", "string-width"];
const inlined = ["commander", "csv-parse", "leven"];

export default {
  input: "src/cli/main.ts",
  platform: "node",
  external,
  output: {
    file: "dist/simcli.js",
    format: "esm",
    codeSplitting: false,
    minify: { compress: true, mangle: false, codegen: true },
  },
  plugins: [{ name: "licenses", writeBundle: writeLicenses }],
};

/** The bundle carries other people's code, so it carries their licences. */
function writeLicenses() {
  const texts = inlined.map((name) => {
    const file = name === "leven" ? "license" : "LICENSE";
    return `${name}\n\n${readFileSync(new URL(`node_modules/${name}/${file}`, import.meta.url), "utf8")}`;
  });
  writeFileSync(new URL("dist/THIRD-PARTY-LICENSES.txt", import.meta.url), texts.join("\n\n"));
}
