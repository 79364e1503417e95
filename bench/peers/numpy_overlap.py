"""Peer: Jaccard index, rank-biased overlap and linear CKA of two models by NumPy, in blocks of float32; to stdout.

usage: numpy_overlap.py K A.npy B.npy
       numpy_overlap.py --version
"""
import sys

import numpy as np

if sys.argv[1] == "--version":
    print(f"NumPy {np.__version__}")
    sys.exit()
k = int(sys.argv[1])


def neighbours(x):
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    found = []
    for start in range(0, len(unit), 1000):
        scores = unit[start : start + 1000] @ unit.T
        np.fill_diagonal(scores[:, start:], -np.inf)
        ids = np.argpartition(scores, -k, axis=1)[:, -k:]
        order = np.argsort(-np.take_along_axis(scores, ids, axis=1), axis=1)
        found.append(np.take_along_axis(ids, order, axis=1))
    return np.concatenate(found)


def rank_biased_overlap(s, t, p=0.9):
    agreement = [len(set(s[:d]) & set(t[:d])) / d for d in range(1, k + 1)]
    return agreement[-1] * p**k + (1 - p) / p * sum(a * p**d for d, a in enumerate(agreement, 1))


a, b = (np.load(file) for file in sys.argv[2:])
lists = list(zip(neighbours(a).tolist(), neighbours(b).tolist()))
x, y = a.astype(np.float64), b.astype(np.float64)
x -= x.mean(axis=0)
y -= y.mean(axis=0)
print(np.mean([len(set(s) & set(t)) / len(set(s) | set(t)) for s, t in lists]))
print(np.mean([rank_biased_overlap(s, t) for s, t in lists]))
print(np.linalg.norm(y.T @ x) ** 2 / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y)))
