#!/usr/bin/env node
const { guardProcess, main } = require("../dist/cli/simcli.cjs");

guardProcess();
main(process.argv.slice(2), process).then((exitCode) => {
  process.exitCode = exitCode;
});
