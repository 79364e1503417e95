import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sharedArray } from "#dist/core/vectors.js";
import { Pool } from "#dist/kernels/pool.js";
import { allocateWorkspace, FIELD, releaseWorkspace, type ScanParams, type ScanResult } from "#dist/kernels/scan.js";
import type { UnitsParams } from "#dist/kernels/units.js";
import { loadKernels } from "#dist/kernels/wasm.js";
import { failure } from "../reference.js";

const kernels = loadKernels();

describe("a pool", () => {
  it("runs every item of a job once, on any number of threads, several jobs at a time", async () => {
    for (const threads of [1, 2, 5]) {
      const pool = new Pool(threads);
      const workspaces = Array.from({ length: threads }, () => kernels.allocate(64));
      const jobs = [1, 7, 300].map((items) => {
        const values = sharedArray(items).map((_, i) => i + 1);
        const shared = sharedArray(items);
        shared.set(values);
        const units = sharedArray(items);
        const how = { d: 1, centred: false };
        const params: UnitsParams = {
          kind: "units",
          values: shared,
          units,
          ...how,
          blockRows: 1,
          zeroAs: 0,
          workspaces,
        };
        return { units, items, job: pool.start<number>(params, items) };
      });
      for (const { units, items, job } of jobs) {
        const seen: number[] = [];
        const results = await job.finish((item) => seen.push(item));
        expect(results).to.deep.equal(Array(items).fill(-1));
        expect(new Set(seen).size).to.equal(seen.length);
        expect([...units]).to.deep.equal(Array(items).fill(1));
      }
      for (const workspace of workspaces) kernels.release(workspace);
    }
  });

  it("fails at once if any thread fails, and continues to work", async () => {
    const folder = mkdtempSync(join(tmpdir(), "simcli-pool-"));
    const path = join(folder, "a.csv");
    writeFileSync(path, "1,2\n".repeat(100));
    const pool = new Pool(3);
    const workspaces = Array.from({ length: 3 }, () => allocateWorkspace(kernels, 1024, 64, 2));
    const scan = (fd: number) => {
      const params: ScanParams = {
        kind: "scan",
        fd,
        start: 0,
        end: 400,
        rangeBytes: 40,
        windowBytes: 1024,
        shape: { delimiter: 0x2c, kinds: [FIELD.number, FIELD.number] },
        values: sharedArray(200),
        rowsBefore: new Int32Array(new SharedArrayBuffer(44)).fill(-1),
        stopped: new Int32Array(new SharedArrayBuffer(4)).fill(10),
        workspaces,
      };
      params.rowsBefore[0] = 0;
      return { params, job: pool.start<ScanResult>(params, 10) };
    };
    const fd = openSync(path, "r");
    try {
      for (let k = 0; k < 20; k++) {
        expect((await failure(scan(-1).job.finish())).message).to.match(/fd|EBADF/);
        const { params, job } = scan(fd);
        const results = await job.finish();
        expect(results.reduce((sum, { rows }) => sum + rows, 0)).to.equal(100);
        expect(params.values.every((value, i) => value === 1 + (i % 2))).to.be.true;
      }
    } finally {
      closeSync(fd);
      for (const workspace of workspaces) releaseWorkspace(kernels, workspace);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
