#!/usr/bin/env node
const { guardProcess, main } = require("../dist/cli/simcli.cjs");

main(process.argv.slice(2), process, guardProcess).then((exitCode) => {
  process.exitCode = exitCode;
});
