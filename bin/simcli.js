#!/usr/bin/env node
import { guardProcess, main } from "../dist/simcli.js";

guardProcess();
process.exitCode = await main(process.argv.slice(2), process);
