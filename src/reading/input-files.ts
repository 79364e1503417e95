import { readdirSync } from "node:fs";
import { DataError } from "../core/errors.js";
import { shellWord } from "../core/shell-word.js";
import { FILE_FORMATS } from "../formats/registry.js";
import { fileSize, isFolder } from "../input/file-size.js";
import { isPattern, isPresent, matchPattern, sorted } from "../input/glob.js";
import { type NamedArray, namedArray } from "../input/named-array.js";
import type { ReadOptions } from "../input/reader.js";
import { type OnRead, openFile, readError } from "../input/source.js";
import type { Input } from "../input/source-list.js";

/** The files of an input, in the order in which they are read, and the notes about what was left out. */
interface InputFiles {
  readonly files: readonly string[];
  readonly notes: readonly string[];
  /** Files that describe the others, which are left out without a note. */
  readonly markers: readonly string[];
}

/**
 * Opens a file, the files that match a pattern, or the data files of a folder. A file of exactly this name takes precedence
 * over a pattern. Several files are read in the order of their code points, as Python's `sorted` does.
 *
 * @throws {DataError} for a pattern without a match, and a folder without data files; a single file reports its errors when
 * it is read.
 */
export function openVectors(path: string, options: ReadOptions = {}, onRead?: OnRead): Input {
  const { path: paths, array } = arrayOfEach(path);
  const { files, notes, markers } = filesOf(paths, options);
  for (const note of notes) options.note?.(note);
  if (markers.length > 0) options.say?.(`${path}: left out ${some(markers)}`);
  const parts = files.map((file) => openFile(array === undefined ? file : `${file}#${array}`, onRead));
  return parts.length === 1 ? parts[0] : { name: path, parts };
}

/** Returns the size of an input in bytes: the sum of its files; null for anything else, and for an input with an error. */
export function inputSize(path: string): number | null {
  try {
    const { files } = filesOf(arrayOfEach(path).path, {});
    if (files.length === 1) return fileSize(files[0]);
    return files.reduce((sum, file) => sum + (fileSize(file) ?? 0), 0);
  } catch {
    return null;
  }
}

/** Splits `'parts/*.npz#NAME'` and `FOLDER#NAME`, which name an array in each file. */
function arrayOfEach(path: string): NamedArray {
  if (!path.includes("#")) return { path };
  const named = namedArray(path);
  if (named.array !== undefined && isFolder(named.path)) return named;
  const at = path.lastIndexOf("#");
  const base = path.slice(0, at);
  const isEach = isPattern(base) && !isPresent(path) && matchPattern(path).length === 0;
  return isEach ? { path: base, array: path.slice(at + 1) } : { path };
}

function filesOf(path: string, options: ReadOptions): InputFiles {
  if (isFolder(path)) return filesOfFolder(path, options);
  if (!isPattern(path) || isPresent(path)) return { files: [path], notes: [], markers: [] };
  return filesOfPattern(path);
}

/** Names of files that describe the data files beside them. */
const MARKER =
  /^(?:_SUCCESS|_(?:common_)?metadata|_(?:committed|started)_.*|.*\.crc|(?:dataset_info|state|dataset_dict)\.json|(?:README|LICEN[CS]E)(?:\.\w+)?)$/i;

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

function filesOfPattern(pattern: string): InputFiles {
  const { folders, files: found } = parted(matchPattern(pattern));
  // A file that is named literally is data.
  const isMarker = (file: string) => isPattern(nameOf(pattern)) && MARKER.test(nameOf(file));
  const markers = found.filter(isMarker);
  const files = found.filter((file) => !isMarker(file));
  const inside = `${shellWord(`${pattern.replace(/\/+$/, "")}/*`)} reads the files in folders`;
  if (files.length === 0) {
    const others = [...folders, ...markers];
    throw others.length > 0
      ? new DataError(`${pattern}: expected data files, found only ${some(others)}`, folders[0] ? inside : undefined)
      : new DataError(`${pattern}: no file matches this pattern`, `list the files: ls ${shellWord(baseOf(pattern))}`);
  }
  const notes = folders.length > 0 ? [`${pattern}: left out the folder ${some(folders)}; ${inside}`] : [];
  return { files, notes, markers };
}

/** Returns the longest folder at the start of a pattern that exists. */
function baseOf(pattern: string): string {
  const segments = pattern.split("/");
  const plain = segments.slice(0, segments.findIndex(isPattern));
  while (plain.length > 0 && !isFolder(plain.join("/") || "/")) plain.pop();
  return plain.join("/") || (pattern.startsWith("/") ? "/" : ".");
}

function filesOfFolder(folder: string, { inputFormat = "auto" }: ReadOptions): InputFiles {
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  const paths = sorted(namesIn(folder)).map((name) => prefix + name);
  const isMarker = (path: string) => nameOf(path).startsWith(".") || MARKER.test(nameOf(path));
  const markers = paths.filter(isMarker);
  const { folders, files: found } = parted(paths.filter((path) => !isMarker(path)));
  const isData = (path: string) => inputFormat !== "auto" || isDataName(nameOf(path));
  const files = found.filter(isData);
  const others = found.filter((path) => !isData(path));
  const inside = `${shellWord(`${prefix}**`)} reads the files in all folders`;
  const byName = `${shellWord(`${prefix}*`)} reads all files`;
  if (files.length === 0) {
    const list = paths.length === 0 ? "none" : `only ${some([...folders, ...others, ...markers].map(nameOf))}`;
    const hint = folders.length > 0 ? inside : others.length > 0 ? byName : undefined;
    throw new DataError(`${folder}: expected data files in this folder, found ${list}`, hint);
  }
  const notes: string[] = [];
  if (folders.length > 0) notes.push(`${folder}: left out the folder ${some(folders.map(nameOf))}; ${inside}`);
  if (others.length > 0) {
    notes.push(`${folder}: left out ${some(others.map(nameOf))}: not data files by their names; ${byName}`);
  }
  return { files, notes, markers };
}

/** Separates folders from other paths. */
function parted(paths: readonly string[]): { readonly folders: string[]; readonly files: string[] } {
  const [folders, files]: [string[], string[]] = [[], []];
  for (const path of paths) (isFolder(path) ? folders : files).push(path);
  return { folders, files };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw readError(folder, error);
  }
}

/** Returns whether a name has the extension of a format, a number as its extension, or none. */
function isDataName(name: string): boolean {
  const base = name.toLowerCase().replace(/\.(?:gz|zst)$/, "");
  if (!/\.(?!\d+$)/.test(base)) return true;
  return FILE_FORMATS.some(({ extensions }) => extensions.some((extension) => base.endsWith(extension)));
}

const SHOWN = 4;

const some = (names: readonly string[]) =>
  names.slice(0, SHOWN).join(", ") + (names.length > SHOWN ? `, … (${names.length} in all)` : "");
