"""Peer: GFLOP/s of NumPy's A @ B.T, timed in-process and warm; both matrices are ROWS x DIMENSIONS.

usage: numpy_product.py ROWS DIMENSIONS float64|float32
       numpy_product.py --version
"""
import sys
import time

import numpy as np

if sys.argv[1] == "--version":
    print(f"NumPy {np.__version__}")
    sys.exit()
rows, dimensions, dtype = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
rng = np.random.default_rng(7)
a, b = (rng.standard_normal((rows, dimensions)).astype(dtype) for _ in range(2))
product = a @ b.T  # the threads start, the pages of the result are touched
times = []
while len(times) < 3 or sum(times) < 0.3:
    before = time.perf_counter()
    np.matmul(a, b.T, out=product)
    times.append(time.perf_counter() - before)
print(2e-9 * rows * rows * dimensions / sorted(times)[len(times) // 2])
