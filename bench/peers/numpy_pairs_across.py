"""Peer: pairs of a row of A and a row of B, float32 .npy files, that score at least MIN_SCORE, by NumPy in blocks, best first; CSV to
stdout.

usage: numpy_pairs_across.py MIN_SCORE A.npy B.npy
       numpy_pairs_across.py --version
"""
import sys

import numpy as np

from search_files import unit_rows, write_records

if sys.argv[1] == "--version":
    print(f"NumPy {np.__version__}")
    sys.exit()
least = np.float32(sys.argv[1])
a, b = unit_rows(sys.argv[2]), unit_rows(sys.argv[3])
found = []
for start in range(0, len(a), 1000):
    scores = a[start : start + 1000] @ b.T
    left, right = np.nonzero(scores >= least)
    found.append((left + start, right, scores[left, right]))
left, right, scores = (np.concatenate(parts) for parts in zip(*found))
order = np.argsort(-scores, kind="stable")
write_records("a,b,score", "%d,%d,%.9g\n", left[order], right[order], scores[order])
