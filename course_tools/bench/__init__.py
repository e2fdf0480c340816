"""`course bench`: the library against PyTorch, on one core, and the page docs/benchmarks.md with what came out.

Importing it sets environment variables: libraries read their number of threads when they are loaded, so before NumPy.
"""

import os

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")} | {"VECLIB_MAXIMUM_THREADS": "1"}
os.environ.update(ONE_THREAD)
