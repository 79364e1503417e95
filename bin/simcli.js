#!/usr/bin/env node
const { resolve } = require("node:path");
const { cacheCode } = require("./code-cache.js");

const [, , command = ""] = process.argv;
const saveCode = cacheCode(resolve(__dirname, "../dist/cli/common.cjs"), command);
const { guardProcess, main } = require("../dist/cli/simcli.cjs");

main(process.argv.slice(2), process, guardProcess).then((exitCode) => {
  process.exitCode = exitCode;
  if (exitCode === 0) saveCode();
});
