"""Searches on a graphics card beside PyTorch on the same card; prints a page in Markdown.

    python3 bench/gpu/run.py [--rows 200000] [--dimensions 768] [--runs 3] > bench/RESULTS-gpu.md

Needs Python with NumPy and PyTorch for the card, Node, a build of simcli, and what docs/gpu.md says; under four minutes on an H200.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SIMCLI = ["node", os.path.join(ROOT, "bin", "simcli.js")]

parser = argparse.ArgumentParser()
parser.add_argument("--rows", type=int, default=200000)
parser.add_argument("--dimensions", type=int, default=768)
parser.add_argument("--runs", type=int, default=3)
options = parser.parse_args()
K = 10


def timed(command):
    """Returns seconds, stdout and stderr of a process."""
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return time.perf_counter() - began, done.stdout, done.stderr


def seconds_of(text, pattern):
    found = re.search(pattern, text)
    return float(found.group(1)) if found else 0.0


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "rows.npy")
    random = np.random.default_rng(1)
    np.save(path, random.standard_normal((options.rows, options.dimensions), dtype=np.float32))
    found = json.loads(timed([*SIMCLI, "backends", "--json"])[1])
    what = {one["backend"]: one for one in found}
    cards = [name for name in ("cuda", "webgpu") if what[name]["usable"] == "yes"]
    if not cards:
        sys.exit("simcli found no graphics card: simcli backends says why")

    peer_ids = os.path.join(folder, "peer.npy")
    peers = [timed([sys.executable, os.path.join(HERE, "search.py"), path, str(K), peer_ids]) for _ in range(options.runs)]
    last = peers[-1][1]
    peer_whole = statistics.median(whole for whole, _, _ in peers)
    peer_search = statistics.median(seconds_of(out, r"mm and topk ([\d.]+) s") for _, out, _ in peers)
    peer_steps = statistics.median(
        sum(seconds_of(out, rf"{name} ([\d.]+) s") for name in ("read", "copy and scale", "mm and topk", "write"))
        for _, out, _ in peers
    )
    cublas = seconds_of(last, r"cuBLAS ([\d.]+) TFLOP/s")
    expected = np.sort(np.load(peer_ids), axis=1)

    rows = []
    for name in cards:
        output = os.path.join(folder, f"{name}.ivecs")
        command = [*SIMCLI, "topk", path, "-k", str(K), "--backend", name, "--verbose", "-o", output]
        runs = [timed(command) for _ in range(options.runs)]
        whole = statistics.median(seconds for seconds, _, _ in runs)
        done = statistics.median(seconds_of(err, r"done, ([\d.]+) s") for _, _, err in runs)
        search = statistics.median(
            seconds_of(err, r"multiplied [^\n]*?, ([\d.]+) s,") + seconds_of(err, r"exact scores, ([\d.]+) s")
            for _, _, err in runs
        )
        ids = np.fromfile(output, dtype=np.int32).reshape(options.rows, K + 1)[:, 1:]
        others = int((np.sort(ids, axis=1) != expected).any(axis=1).sum())
        rate = what[name]["gflops_float32"] / 1000
        rows.append((name, whole, done, search, rate, others))

    version = re.search(r"torch ([^,]+),", last).group(1)
    print("# Results on a graphics card\n")
    print(f"Measured {time.strftime('%Y-%m-%d')} by `python3 bench/gpu/run.py`, medians of {options.runs} runs.\n")
    print(f"- Card: {what[cards[0]]['what']}; PyTorch {version}; {os.cpu_count()} cores.")
    print(f"- Top {K} of {options.rows} × {options.dimensions} float32 in `.npy` against itself, ids to a file.")
    print("- PyTorch: `mm` and `topk` in blocks of 4096 rows, float32 without TF32; its scores are rounded to float32, those of simcli are exact.\n")
    print("| step | simcli | PyTorch | ratio | bar |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, whole, done, search, rate, others in rows:
        bar = {"cuda": "≤ 1.2", "webgpu": "≤ 3"}[name]
        print(f"| `{name}`, whole process | {whole:.2f} s | {peer_whole:.2f} s | {whole / peer_whole:.2f} | {bar} |")
        print(f"| `{name}`, without start and imports | {done:.2f} s | {peer_steps:.2f} s | {done / peer_steps:.2f} | |")
        print(f"| `{name}`, search alone | {search:.2f} s | {peer_search:.2f} s | {search / peer_search:.2f} | |")
        print(f"| `{name}`, product, TFLOP/s | {rate:.1f} | {cublas:.1f} (cuBLAS) | {rate / cublas:.2f} | ≥ 0.6 |")
    print()
    for name, _, _, _, _, others in rows:
        print(f"Rows whose ids of `{name}` differ from PyTorch's, whose scores are rounded to float32: {others}.")
