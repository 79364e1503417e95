import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * Returns the absolute path of a native library, or a name that the loader of the system searches. The working directory
 * is never searched: files in it may be hostile.
 *
 * @param library an absolute path, or a file name.
 * @throws {Error} for a relative path, and for a file name that is not found without the working directory.
 */
export function libraryPath(library: string, platform = process.platform): string {
  if (isAbsolute(library)) return library;
  // Only the loader of Linux does not search the working directory for a name without a folder.
  const searches = platform === "linux" || platform === "win32";
  if (/[/\\]/.test(library) || !searches) {
    throw new Error(`expected an absolute path${searches ? ", or a file name that the system searches" : ""}`);
  }
  return platform === "linux" ? library : onPath(library);
}

/** Returns the path of a file in the system's folder or in a folder of PATH. */
function onPath(name: string): string {
  const { SystemRoot, PATH = "" } = process.env;
  const folders = [...(SystemRoot ? [join(SystemRoot, "System32")] : []), ...PATH.split(delimiter)];
  const files = folders.filter((folder) => isAbsolute(folder)).map((folder) => join(folder, name));
  const found = files.find((file) => existsSync(file));
  if (found === undefined) throw new Error("not found in the folders of PATH");
  return found;
}
