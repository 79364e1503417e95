import { spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fixturePath, root } from "../reference.js";

export const simcli = join(root, "bin/simcli.js");

type Environment = Record<string, string>;

/** The result of a process: its exit code or signal, and its output. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Variables that control colour, or by which a terminal says that it shows images. */
const TERMINAL_VARIABLES = [
  ...["NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS", "WT_SESSION", "SIMCLI_IMAGES"],
  ...["TERM_PROGRAM", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "LC_TERMINAL"],
  ...["TMUX", "STY", "ZELLIJ", "NVIM", "VIM_TERMINAL", "INSIDE_EMACS"],
];

/** The environment of a plain terminal. */
export function environment(extra: Environment = {}): Environment {
  const rest = Object.entries(process.env as Environment).filter(([name]) => !TERMINAL_VARIABLES.includes(name));
  return { ...Object.fromEntries(rest), TERM: "xterm-256color", ...extra };
}

/** Runs the binary with these arguments; stdin is a pipe that contains `stdin`. */
export function run(
  args: readonly string[],
  { stdin = "", cwd, env = {} }: { stdin?: string | Buffer; cwd?: string; env?: Environment } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [simcli, ...args], { cwd, env: environment(env) });
  child.stdin.on("error", () => {});
  child.stdin.end(stdin);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** A folder with the notebook's vectors as a.csv (v2) and b.csv (v1), and with `simcli` and fake programs on PATH. */
class Workplace {
  folder = "";
  private bin = "";

  open(): void {
    this.folder = mkdtempSync(join(tmpdir(), "simcli-test-"));
    this.bin = mkdtempSync(join(tmpdir(), "simcli-bin-"));
    cpSync(fixturePath("notebook/v2.csv"), this.path("a.csv"));
    cpSync(fixturePath("notebook/v1.csv"), this.path("b.csv"));
    this.script("simcli", `exec "${process.execPath}" "${simcli}" "$@"`);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return name;
  }

  script(name: string, text: string): void {
    writeFileSync(join(this.bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(this.bin, name), 0o755);
  }

  run(...args: string[]): Promise<Ended> {
    return run(args, { cwd: this.folder });
  }

  /** Runs a line of bash with pipefail. */
  bash(line: string, env: Environment = {}): Ended {
    const path = `${this.bin}${delimiter}${process.env.PATH}`;
    const { status, stdout, stderr } = spawnSync("bash", ["-o", "pipefail", "-c", line], {
      cwd: this.folder,
      env: environment({ ...env, PATH: path }),
      encoding: "utf8",
      maxBuffer: 1 << 28,
      input: "",
    });
    return { code: status, stdout, stderr };
  }

  /** Runs a line of bash in a pseudo-terminal of this width; `stdout` is everything that it shows. */
  terminal(line: string, columns: number, env: Environment = {}): Ended {
    this.write("line.sh", `stty cols ${columns} rows 50\n${line}\n`);
    const command =
      process.platform === "darwin" ? "script -q /dev/null bash line.sh" : 'script -qec "bash line.sh" /dev/null';
    const ended = this.bash(command, env);
    return { ...ended, stdout: ended.stdout.replaceAll("\r\n", "\n") };
  }

  remove(): void {
    for (const folder of [this.folder, this.bin]) if (folder) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Creates a workplace for the tests of a suite and removes it after them. The tests are skipped if there is no shell.
 */
export function workplace(): Workplace {
  const place = new Workplace();
  before(function () {
    if (process.platform === "win32") this.skip();
    place.open();
  });
  after(() => place.remove());
  return place;
}

/** Removes colour escapes. */
export const plain = (text: string): string => text.replace(/\x1b\[[\d;]*m/g, "");

/** Parses lines of CSV as numbers. */
export const cells = (text: string): number[][] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(",").map(Number));
