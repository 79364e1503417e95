"""Peer: the k nearest rows of packed bits by faiss's exact flat index, of uint8 .npy files; CSV to stdout.

usage: faiss_binary.py K QUERIES.npy CORPUS.npy
       faiss_binary.py --version
"""
import sys

import faiss
import numpy as np

from search_files import write_neighbours

if sys.argv[1] == "--version":
    print(f"faiss {faiss.__version__}")
    sys.exit()
queries, corpus = np.load(sys.argv[2]), np.load(sys.argv[3])
index = faiss.IndexBinaryFlat(8 * corpus.shape[1])
index.add(corpus)
distances, ids = index.search(queries, int(sys.argv[1]))
write_neighbours(ids, distances)
