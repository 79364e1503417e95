"""Peer: the k nearest rows by faiss's exact flat index, of float32 .npy files; CSV to stdout.

usage: faiss_topk.py K QUERIES.npy [CORPUS.npy]    without a corpus, a row is not its own neighbour
       faiss_topk.py --version
"""
import sys

import faiss

from search_files import queries_and_corpus, without_self, write_neighbours

if sys.argv[1] == "--version":
    print(f"faiss {faiss.__version__}")
    sys.exit()
k = int(sys.argv[1])
queries, corpus = queries_and_corpus(sys.argv[2:])
index = faiss.IndexFlatIP(corpus.shape[1])
index.add(corpus)
if queries is corpus:
    scores, ids = index.search(queries, k + 1)
    ids, scores = without_self(ids, scores, k)
else:
    scores, ids = index.search(queries, k)
write_neighbours(ids, scores)
