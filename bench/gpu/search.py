"""Top 10 of a file against itself with PyTorch on a graphics card: mm and topk in blocks, float32. Prints seconds of each step."""

import sys
import time

began = time.perf_counter()
import numpy as np
import torch

PATH, K, BLOCK = sys.argv[1], int(sys.argv[2]), 4096
steps = {}


def step(name):
    global began
    torch.cuda.synchronize()
    now = time.perf_counter()
    steps[name] = now - began
    began = now


torch.cuda.init()
torch.zeros(1, device="cuda")
step("import and start")
rows = torch.from_numpy(np.load(PATH))
step("read")
rows = rows.cuda()
rows = rows / rows.norm(dim=1, keepdim=True)
step("copy and scale")
ids = torch.empty((len(rows), K), dtype=torch.int64, device="cuda")
scores = torch.empty((len(rows), K), dtype=torch.float32, device="cuda")
for first in range(0, len(rows), BLOCK):
    block = rows[first : first + BLOCK]
    cells = torch.mm(block, rows.T)
    own = torch.arange(len(block), device="cuda")
    cells[own, first + own] = -torch.inf
    scores[first : first + BLOCK], ids[first : first + BLOCK] = torch.topk(cells, K)
step("mm and topk")
np.save(sys.argv[3], ids.cpu().numpy().astype(np.int32))
step("write")

# The rate of cuBLAS alone, on the same blocks.
block = rows[:BLOCK]
out = torch.empty((len(block), len(rows)), device="cuda")
torch.mm(block, rows.T, out=out)
torch.cuda.synchronize()
start = time.perf_counter()
for _ in range(5):
    torch.mm(block, rows.T, out=out)
torch.cuda.synchronize()
seconds = (time.perf_counter() - start) / 5
rate = 2 * len(block) * len(rows) * rows.shape[1] / seconds / 1e12
print("; ".join(f"{name} {value:.3f} s" for name, value in steps.items()))
print(f"torch {torch.__version__}, whole {sum(steps.values()):.3f} s, cuBLAS {rate:.1f} TFLOP/s")
