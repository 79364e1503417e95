"""Peer: a loss of a batch and its gradients by PyTorch in float64; the loss to stdout, the gradients to .npy files.

usage: torch_loss.py infonce|siglip|cosent A.npy B.npy GRADIENT-A.npy GRADIENT-B.npy [SCORES.txt]
       torch_loss.py --version
"""
import sys

import numpy as np
import torch
from torch.nn import functional

if sys.argv[1] == "--version":
    print(f"PyTorch {torch.__version__}")
    sys.exit()
kind, *files = sys.argv[1:]
a, b = (torch.from_numpy(np.load(file).astype(np.float64)).requires_grad_() for file in files[:2])
x, y = functional.normalize(a), functional.normalize(b)
size = len(a)
if kind == "cosent":
    gold = torch.from_numpy(np.loadtxt(files[4]))
    s = 20 * (x * y).sum(dim=1)
    differences = (s[:, None] - s[None, :]).masked_fill(~(gold[:, None] < gold[None, :]), -torch.inf)
    loss = torch.logsumexp(torch.cat([torch.zeros(1, dtype=s.dtype), differences.flatten()]), dim=0)
elif kind == "infonce":
    loss = functional.cross_entropy(x @ y.T / 0.07, torch.arange(size))
else:
    sign = 2 * torch.eye(size, dtype=torch.float64) - 1
    loss = -functional.logsigmoid(sign * (10 * (x @ y.T) - 10)).sum() / size
loss.backward()
print(loss.item())
for file, vectors in zip(files[2:4], (a, b)):
    np.save(file, vectors.grad.numpy())
