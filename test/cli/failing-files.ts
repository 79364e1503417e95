import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** Makes the calls of the file system fail, one by one: the calls for files of one folder, and for the files that were opened in it. */
export class FailingFiles {
  private calls = 0;
  private failing = 0;
  private code = "";
  private readonly fds = new Set<number>();
  private readonly restore: (() => void)[] = [];

  constructor(private readonly folder: string) {
    const { promises } = fs;
    for (const name of ["openSync", "readFileSync", "statSync", "readdirSync", "writeFileSync", "mkdirSync"])
      this.wrap(fs, name);
    for (const name of ["readSync", "writeSync", "closeSync", "fstatSync"]) this.wrap(fs, name);
    for (const name of ["open", "read", "write", "writev", "close", "fsync", "stat"]) this.wrap(fs, name, true);
    for (const name of ["open", "stat", "realpath", "access", "readdir", "rename", "mkdir"]) this.wrap(promises, name);
    syncBuiltinESMExports();
  }

  /** Makes the call with this number fail, from 1; returns whether there was one. */
  async during(call: number, code: string, act: () => Promise<void>): Promise<boolean> {
    [this.calls, this.failing, this.code] = [0, call, code];
    await act();
    this.failing = 0;
    return this.calls >= call;
  }

  /** Restores the functions of Node. */
  close(): void {
    for (const undo of this.restore) undo();
    syncBuiltinESMExports();
  }

  private concerns(target: unknown): boolean {
    if (typeof target === "number") return this.fds.has(target);
    return (typeof target === "string" || target instanceof URL) && String(target).includes(this.folder);
  }

  /** Returns the error of this call, if it is the one to fail. */
  private fault(name: string): Error | null {
    if (this.failing === 0 || ++this.calls !== this.failing) return null;
    const { code } = this;
    return Object.assign(new Error(`${code}: injected fault, ${name}`), { code, syscall: name });
  }

  private wrap(owner: object, name: string, takesCallback = false): void {
    type Call = (...args: unknown[]) => unknown;
    const methods = owner as Record<string, Call>;
    const original = methods[name]!;
    this.restore.push(() => {
      methods[name] = original;
    });
    const self = this;
    methods[name] = function (this: unknown, ...args: unknown[]) {
      if (!self.concerns(args[0])) return original.apply(this, args);
      const fault = self.fault(name);
      const isClose = name.startsWith("close");
      if (takesCallback) {
        const done = args[args.length - 1] as Call;
        if (fault && !isClose) return process.nextTick(done, fault);
        args[args.length - 1] = (error: unknown, ...results: unknown[]) => {
          if (name === "open" && !error) self.fds.add(results[0] as number);
          if (isClose) self.fds.delete(args[0] as number);
          return done(fault ?? error, ...results);
        };
        return original.apply(this, args);
      }
      if (fault && !isClose) {
        if (owner === fs) throw fault;
        return Promise.reject(fault);
      }
      const result = original.apply(this, args);
      if (name === "openSync") self.fds.add(result as number);
      if (isClose) self.fds.delete(args[0] as number);
      // A file that cannot be closed is closed nevertheless.
      if (fault) throw fault;
      return name === "open" ? (result as Promise<fs.promises.FileHandle>).then((file) => self.handle(file)) : result;
    };
    // promisify() takes the names of several results from a property.
    Object.defineProperties(methods[name], Object.getOwnPropertyDescriptors(original));
  }

  /** Makes the methods of an open file fail. */
  private handle(file: fs.promises.FileHandle): fs.promises.FileHandle {
    const methods = file as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    for (const name of ["appendFile", "write", "read", "sync", "datasync", "chmod", "close"]) {
      const original = methods[name]!.bind(file);
      methods[name] = async (...args) => {
        const fault = this.fault(name);
        if (fault && name !== "close") throw fault;
        const result = await original(...args);
        if (fault) throw fault;
        return result;
      };
    }
    return file;
  }
}
