// Builds the package of HEAD twice, in fresh clones, and compares the bytes: npm run reproduce
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** What must not show in a package: the place of the clone, the time zone, the language, the terminal. */
const PLACES = [
  { folder: "one", env: { TZ: "UTC", LC_ALL: "C", NO_COLOR: "1" } },
  { folder: join("another one", "deeper"), env: { TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8", FORCE_COLOR: "1" } },
];

const root = fileURLToPath(new URL("..", import.meta.url));
const place = mkdtempSync(join(tmpdir(), "simcli-reproduce-"));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
// npm writes the permissions of files to the package.
process.umask(0o022);

/** Returns the package that a fresh clone gives. */
function packageOf({ folder, env }) {
  const clone = join(place, folder);
  const run = (program, ...args) =>
    execFileSync(program, args, {
      cwd: clone,
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe"],
      shell: process.platform === "win32",
    });
  execFileSync("git", ["clone", "--quiet", root, clone]);
  run("npm", "ci", "--ignore-scripts", "--silent");
  run("npm", "run", "--silent", "build");
  run("npm", "pack", "--ignore-scripts", "--silent");
  return readFileSync(
    join(
      clone,
      readdirSync(clone).find((name) => name.endsWith(".tgz")),
    ),
  );
}

try {
  const [first, second] = PLACES.map(packageOf);
  console.log(`Node ${process.versions.node}, zlib ${process.versions.zlib}`);
  console.log(`package   sha256 ${sha256(first)}`);
  // Another zlib may pack the same contents into other bytes.
  console.log(`contents  sha256 ${sha256(gunzipSync(first))}`);
  const isSame = first.equals(second);
  console.log(isSame ? "both clones gave the same bytes" : `another clone gave ${sha256(second)}`);
  if (!isSame) process.exitCode = 1;
} finally {
  rmSync(place, { recursive: true });
}
