import { setFlagsFromString } from "node:v8";

// Node 20 compiles the relaxed kernels only with this flag. The command line sets it; the library does not.
if (process.versions.v8.startsWith("11.")) setFlagsFromString("--experimental-wasm-relaxed-simd");
