export { type FakeStreams, fakeStreams } from "./fake-streams.js";

/** Tests that need file modes, symbolic links or device files, which Windows does not support. */
export const itOnUnix = process.platform === "win32" ? it.skip : it;
