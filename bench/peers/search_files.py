"""What the peers of searches share: reading float32 .npy files as unit rows, and writing records as CSV to stdout."""
import sys

import numpy as np


def unit_rows(path):
    rows = np.load(path).astype(np.float32, copy=False)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def queries_and_corpus(paths):
    """Rows of both files; one file is searched for its own rows."""
    queries = unit_rows(paths[0])
    return queries, unit_rows(paths[1]) if len(paths) > 1 else queries


def without_self(ids, scores, k):
    """The first k of each row's k + 1 neighbours that are not the row itself."""
    other = ids != np.arange(len(ids))[:, None]
    other[other.all(axis=1), k] = False
    return ids[other].reshape(-1, k), scores[other].reshape(-1, k)


def write_records(head, line, *columns):
    """Formats whole columns, which is faster than a loop over scalars of NumPy."""
    sys.stdout.write(head + "\n")
    sys.stdout.writelines(line % cells for cells in zip(*(np.ravel(column).tolist() for column in columns)))


def write_neighbours(ids, scores):
    rows, k = ids.shape
    queries, ranks = np.repeat(np.arange(rows), k), np.tile(np.arange(1, k + 1), rows)
    write_records("query,rank,id,score", "%d,%d,%d,%.9g\n", queries, ranks, ids, scores)
