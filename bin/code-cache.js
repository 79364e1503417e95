const { readFileSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname } = require("node:path");
const vm = require("node:vm");

/**
 * Loads one file of the program from the code that V8 made of it in an earlier run: compiling it takes a fifth of a short run.
 * The caches lie beside the file, one for each command and version of Node, with the functions that the command uses. V8 refuses
 * the cache of another version, and a cache that is older than the file is ignored.
 *
 * @param {string} file the path of a CommonJS file with the extension .cjs, without `import()`, which such code cannot use.
 * @param {string} command the first word of the command line.
 * @returns a function that writes the cache, if there is none and the file was loaded. It fails silently, for the folder of a
 *   package may be read-only.
 */
function cacheCode(file, command) {
  if (!/^[a-z]+$/.test(command)) return () => {};
  const cache = `${file}.${process.version}-${process.arch}.${command}`;
  let script = null;
  require.extensions[".cjs"] = (module, filename) => {
    const source = readFileSync(filename, "utf8");
    if (filename !== file) return module._compile(source, filename);
    const cachedData = readIfNewer(cache, file);
    const options = { filename, ...(cachedData && { cachedData }) };
    const compiled = new vm.Script(Module.wrap(source), options);
    if (!cachedData) script = compiled;
    const own = Module.createRequire(filename);
    compiled.runInThisContext().call(module.exports, module.exports, own, module, filename, dirname(filename));
  };
  return () => {
    if (!script) return;
    // V8 refuses a cache that was made with other flags than those at the start: the kernels may have set this one.
    if (process.versions.v8.startsWith("11.")) {
      require("node:v8").setFlagsFromString("--no-experimental-wasm-relaxed-simd");
    }
    writeWhole(cache, script.createCachedData());
  };
}

function readIfNewer(cache, file) {
  try {
    return statSync(cache).mtimeMs > statSync(file).mtimeMs ? readFileSync(cache) : null;
  } catch {
    return null;
  }
}

function writeWhole(path, bytes) {
  const temporary = `${path}.${process.pid}`;
  try {
    writeFileSync(temporary, bytes);
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}

module.exports = { cacheCode };
