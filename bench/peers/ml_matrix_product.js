// Peer: GFLOP/s of ml-matrix: ml_matrix_product.js ROWS DIMENSIONS | --version
import { createRequire } from "node:module";
import { Matrix } from "ml-matrix";
import { printProductRate } from "./product-rate.js";

const args = process.argv.slice(2);
// it does not tell its version; the one that is pinned is the one that is installed
const pinned = () => createRequire(import.meta.url)("../package.json").dependencies["ml-matrix"];
if (args[0] === "--version") console.log(`ml-matrix ${pinned()}`);
else
  printProductRate(
    args.map(Number),
    (rows) => new Matrix(rows),
    (left, right) => left.mmul(right.transpose()),
  );
