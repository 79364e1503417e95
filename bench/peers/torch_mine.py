"""Peer: the nearest rows of a corpus other than row i, its positive, for each anchor i, by PyTorch in blocks; CSV to stdout.

usage: torch_mine.py NEGATIVES ANCHORS.npy CORPUS.npy
       torch_mine.py --version
"""
import sys

import numpy as np
import torch

from search_files import queries_and_corpus, write_records

if sys.argv[1] == "--version":
    print(f"PyTorch {torch.__version__}")
    sys.exit()
count = int(sys.argv[1])
anchors, corpus = map(torch.from_numpy, queries_and_corpus(sys.argv[2:]))
found = []
for start in range(0, len(anchors), 1000):
    scores = torch.mm(anchors[start : start + 1000], corpus.T)
    positives = scores[:, start:].diagonal().clone()
    scores[:, start:].fill_diagonal_(-torch.inf)
    found.append((positives, *scores.topk(count)))
positives, scores, ids = (torch.cat(parts).numpy() for parts in zip(*found))
rows = np.repeat(np.arange(len(anchors)), count)
head = "anchor,positive,negative,positive_score,negative_score"
write_records(head, "%d,%d,%d,%.9g,%.9g\n", rows, rows, ids, np.repeat(positives, count), scores)
