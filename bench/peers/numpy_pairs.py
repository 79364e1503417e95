"""Peer: pairs of rows of a float32 .npy file that score at least MIN_SCORE, by NumPy in blocks, best first; CSV to stdout.

usage: numpy_pairs.py MIN_SCORE A.npy
       numpy_pairs.py --version
"""
import sys

import numpy as np

from search_files import unit_rows, write_records

if sys.argv[1] == "--version":
    print(f"NumPy {np.__version__}")
    sys.exit()
least = np.float32(sys.argv[1])
rows = unit_rows(sys.argv[2])
found = []
for start in range(0, len(rows), 1000):
    # columns before the block are the same pairs
    scores = rows[start : start + 1000] @ rows[start:].T
    left, right = np.nonzero(scores >= least)
    upper = left < right
    left, right = left[upper], right[upper]
    found.append((left + start, right + start, scores[left, right]))
left, right, scores = (np.concatenate(parts) for parts in zip(*found))
order = np.argsort(-scores, kind="stable")
write_records("a,b,score", "%d,%d,%.9g\n", left[order], right[order], scores[order])
