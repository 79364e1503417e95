"""Peer: the rows of a float32 .npy file without near duplicates that score at least MIN_SCORE, by NumPy in blocks: a row is kept
unless an earlier row that is kept is near. Writes the rows that are kept as .npy.

usage: numpy_dedupe.py MIN_SCORE A.npy OUT.npy
       numpy_dedupe.py --version
"""
import sys

import numpy as np

from search_files import unit_rows

if sys.argv[1] == "--version":
    print(f"NumPy {np.__version__}")
    sys.exit()
least = np.float32(sys.argv[1])
rows = unit_rows(sys.argv[2])
kept = np.ones(len(rows), bool)
for start in range(0, len(rows), 1000):
    # rows before the block have removed what is near them
    near = rows[start : start + 1000] @ rows[start:].T >= least
    for i in range(len(near)):
        if kept[start + i]:
            kept[start + i + 1 :] &= ~near[i, i + 1 :]
with open(sys.argv[3], "wb") as out:
    np.save(out, np.load(sys.argv[2])[kept])
