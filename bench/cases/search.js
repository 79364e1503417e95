import { fileURLToPath } from "node:url";
import { atMost } from "../lib/bar.js";
import { comparison } from "../lib/comparison.js";
import { backendOf, printed, wall } from "../lib/figures.js";
import { largeSearch } from "../lib/large-search.js";
import { operationsPeak, shareOfTime } from "../lib/peak.js";
import { bitsFile, neighbourFile, npyFile, teacherFile } from "../lib/vector-files.js";

const dimensions = 384;

/** The bar beside faiss is for a BLAS; a machine without one has another. */
const byBackend = (warmUp) => atMost(backendOf(warmUp) === "blas" ? 0.9 : 2);

/**
 * Near rows of float32 .npy files, whole processes that write CSV. Peers answer in float32; simcli's scores and order are
 * exact. The share of the peak counts the products that the answer needs: each pair of rows once.
 */
export const search = ({ peers, simcli, python, peak, quick, large }) => {
  const rows = quick ? 5000 : 20000;
  const queries = quick ? 2500 : 10000;
  const one = () => [npyFile("a", rows, dimensions)];
  const two = () => [...one(), npyFile("b", rows, dimensions, { seed: 2 })];
  const share = (pairs) => shareOfTime(operationsPeak(peak, "float32"), 2 * pairs * dimensions);
  const ofOne = (count) => share((count * (count + 1)) / 2);
  const ofTwo = share(rows ** 2);
  const nearest = (title, files, options, rest) =>
    comparison({
      title: `top 10 of ${rows}×${dimensions} ${title}`,
      files,
      args: (paths) => ["topk", ...paths, "-k", 10, "-f", "csv", "--verbose", ...options],
      share: files === one ? ofOne(rows) : ofTwo,
      ...rest,
    });
  const beside = (bar) => [
    { peer: peers.faissTopk, args: (paths) => [10, ...paths], bar },
    { peer: peers.torchTopk, args: (paths) => [10, ...paths] },
    { peer: peers.numpyTopk, args: (paths) => [10, ...paths] },
  ];
  const wasm = ["--backend", "wasm"];
  const ordinary = { name: "simcli, Gaussian rows", start: simcli };
  const shards = quick ? 10 : 40;
  const inShards = comparison({
    title: `top 10 of ${rows}×${dimensions} in ${5 * rows} rows, in ${shards} shards`,
    files: () => [...one(), npyFile("corpus", 5 * rows, dimensions, { seed: 3 })],
    script: fileURLToPath(new URL("../search-in-shards.js", import.meta.url)),
    args: (paths) => [shards, ...paths],
    figure: printed("s"),
    peers: [
      {
        peer: { name: "simcli, one run", start: simcli },
        args: (paths) => ["topk", ...paths, "-f", "csv"],
        figure: wall,
      },
    ],
  });
  return {
    title: "Near rows of float32 .npy",
    cases: [
      nearest("against itself", one, [], { peers: beside(byBackend) }),
      nearest("against itself, --backend wasm", one, wasm, { peers: beside(atMost(2)).slice(0, 1) }),
      nearest("against another file", two, [], { peers: beside(byBackend) }),
      nearest("against another file, --backend wasm", two, wasm, { peers: beside(atMost(2)).slice(0, 1) }),
      inShards,
      comparison({
        title: `pairs of ${rows}×${dimensions} that score 0.2`,
        files: one,
        args: (paths) => ["pairs", ...paths, "--min-score", 0.2, "-f", "csv"],
        share: ofOne(rows),
        peers: [{ peer: peers.numpyPairs, args: (paths) => [0.2, ...paths] }],
      }),
      comparison({
        title: `pairs of ${rows}×${dimensions} and another file that score 0.2`,
        files: two,
        args: (paths) => ["pairs", ...paths, "--min-score", 0.2, "-f", "csv"],
        share: ofTwo,
        peers: [peers.numpyPairsAcross, peers.faissPairsAcross].map((peer) => ({
          peer,
          args: (paths) => [0.2, ...paths],
          bar: atMost(1),
        })),
      }),
      comparison({
        title: `dedupe of ${rows}×${dimensions} at 0.2`,
        files: one,
        args: (paths) => ["dedupe", ...paths, "--min-score", 0.2, "-f", "npy"],
        share: ofOne(rows),
        peers: [{ peer: peers.numpyDedupe, args: (paths) => [0.2, ...paths, "/dev/null"], bar: atMost(1) }],
      }),
      comparison({
        title: `5 negatives of each of ${rows}×${dimensions}`,
        files: two,
        args: (paths) => ["mine", ...paths, "-f", "csv"],
        share: ofTwo,
        peers: [peers.numpyMine, peers.torchMine].map((peer) => ({ peer, args: (paths) => [5, ...paths] })),
      }),
      ...[
        ["csls", ["--by", "csls"]],
        ["mutual", ["--mutual"]],
      ].map(([kind, options]) =>
        comparison({
          title: `5 negatives of each of ${rows}×${dimensions}, ${options.join(" ")}`,
          files: two,
          args: (paths) => ["mine", ...paths, ...options, "-f", "csv"],
          peers: [{ peer: peers.numpyMineNeighbours, args: (paths) => [kind, 5, ...paths], bar: atMost(1) }],
        }),
      ),
      comparison({
        title: `5 negatives of each of ${rows}×${dimensions}, --scores of 50 candidates`,
        files: () => [...two(), teacherFile(rows, 50)],
        args: ([anchors, corpus, scores]) => ["mine", anchors, corpus, "--scores", scores, "-f", "csv"],
        peers: [{ peer: peers.pandasMineScores, args: ([, , scores]) => [5, scores] }],
      }),
      comparison({
        title: `compare two models on ${rows}×${dimensions}`,
        files: () => [...two(), npyFile("c", rows, dimensions, { seed: 3 }), two()[1]],
        args: ([queries, corpus, ...other]) => ["compare", queries, corpus, "--with", ...other, "-f", "csv"],
        share: share(2 * rows ** 2),
        peers: [{ peer: peers.scipyCompare, args: (paths) => paths, bar: atMost(1) }],
      }),
      comparison({
        title: `overlap of two files of ${rows}×${dimensions}`,
        files: two,
        args: (paths) => ["overlap", ...paths, "-k", 10, "-f", "csv"],
        share: share(rows * (rows + 1)),
        peers: [{ peer: peers.numpyOverlap, args: (paths) => [10, ...paths], bar: atMost(1) }],
      }),
      comparison({
        title: `recall of ${queries} queries × 100 neighbours`,
        files: () => [neighbourFile("truth", queries, 100), neighbourFile("found", queries, 100, { lost: 0.1 })],
        args: (paths) => ["recall", ...paths, "-f", "csv"],
        peers: [{ peer: peers.numpyRecall, args: (paths) => [100, ...paths], bar: atMost(1) }],
      }),
      comparison({
        title: `top 10 of ${quick ? "50,000" : "1,000,000"}×1024 bits for 1000 queries`,
        files: () => [bitsFile("queries", 1000, 1024), bitsFile("corpus", quick ? 50_000 : 1_000_000, 1024)],
        args: (paths) => ["topk", ...paths, "--metric", "hamming", "--packed-bits", "ubinary", "-f", "csv"],
        peers: [{ peer: peers.faissBinary, args: (paths) => [10, ...paths], bar: atMost(1.5) }],
      }),
      // scores that differ by less than the error of float32 leave every cell to exact scores
      nearest(
        "against itself, all rows nearly equal",
        () => [npyFile("equal", rows, dimensions, { spread: 1e-3 })],
        [],
        {
          share: ofOne(rows),
          peers: [{ peer: ordinary, args: () => ["topk", ...one(), "-k", 10, "-f", "csv"] }],
        },
      ),
      ...(large ? [largeSearch({ rows: quick ? 50000 : 200000, dimensions, python, share: ofOne })] : []),
    ],
  };
};
