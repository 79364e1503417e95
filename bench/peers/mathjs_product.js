// Peer: GFLOP/s of mathjs: mathjs_product.js ROWS DIMENSIONS | --version
import { matrix, multiply, transpose, version } from "mathjs";
import { printProductRate } from "./product-rate.js";

const args = process.argv.slice(2);
if (args[0] === "--version") console.log(`mathjs ${version}`);
else printProductRate(args.map(Number), matrix, (left, right) => multiply(left, transpose(right)));
