"""Peer: the k nearest rows by PyTorch, mm and topk in blocks of float32; CSV to stdout.

usage: torch_topk.py K QUERIES.npy [CORPUS.npy]    without a corpus, a row is not its own neighbour
       torch_topk.py --version
"""
import sys

import torch

from search_files import queries_and_corpus, write_neighbours

if sys.argv[1] == "--version":
    print(f"PyTorch {torch.__version__}")
    sys.exit()
k = int(sys.argv[1])
both = queries_and_corpus(sys.argv[2:])
queries, corpus = map(torch.from_numpy, both)
found = []
for start in range(0, len(queries), 1000):
    scores = torch.mm(queries[start : start + 1000], corpus.T)
    if both[0] is both[1]:
        scores[:, start:].fill_diagonal_(-torch.inf)
    found.append(scores.topk(k))
scores, ids = (torch.cat(parts).numpy() for parts in zip(*found))
write_neighbours(ids, scores)
