"""Peer: the NumPy script that simcli takes the place of, for the cosine similarity of all rows of two CSV files.

usage: numpy_cosine.py A.csv B.csv [csv]    prints NumPy's summary of the matrix, or with csv every cell, exactly
       numpy_cosine.py --version
"""
import sys

import numpy as np


def unit_rows(path):
    rows = np.loadtxt(path, delimiter=",", ndmin=2)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def version():
    name = f"NumPy {np.__version__}"
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return name
    blas = [f"{x['internal_api']} {x['version']} {x.get('architecture', '')}" for x in threadpool_info() if x["user_api"] == "blas"]
    return f"{name} ({', '.join(blas)})" if blas else name


if sys.argv[1] == "--version":
    print(version())
    sys.exit()
similarity = unit_rows(sys.argv[1]) @ unit_rows(sys.argv[2]).T
if sys.argv[3:] == ["csv"]:
    np.savetxt(sys.stdout, similarity, delimiter=",", fmt="%.17g")
else:
    print(similarity)
