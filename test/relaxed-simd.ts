import { setFlagsFromString } from "node:v8";

// Node 20 compiles the relaxed kernels with this flag only; the command line sets it, a library does not.
if (process.versions.v8.startsWith("11.")) setFlagsFromString("--experimental-wasm-relaxed-simd");
