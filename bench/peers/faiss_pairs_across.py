"""Peer: pairs of a row of A and a row of B, float32 .npy files, that score at least MIN_SCORE, by faiss's range_search; CSV to stdout.

usage: faiss_pairs_across.py MIN_SCORE A.npy B.npy
       faiss_pairs_across.py --version
"""
import sys

import faiss
import numpy as np

from search_files import unit_rows, write_records

if sys.argv[1] == "--version":
    print(f"faiss {faiss.__version__}")
    sys.exit()
a, b = unit_rows(sys.argv[2]), unit_rows(sys.argv[3])
index = faiss.IndexFlatIP(b.shape[1])
index.add(b)
limits, scores, right = index.range_search(a, float(sys.argv[1]))
left = np.repeat(np.arange(len(a)), np.diff(limits.astype(np.int64)))
order = np.argsort(-scores, kind="stable")
write_records("a,b,score", "%d,%d,%.9g\n", left[order], right[order], scores[order])
