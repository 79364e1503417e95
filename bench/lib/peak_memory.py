"""Runs a command and writes its peak resident memory, in KiB, to a file: for machines without GNU time.

usage: peak_memory.py FILE COMMAND ...
"""
import resource
import subprocess
import sys

status = subprocess.run(sys.argv[2:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
with open(sys.argv[1], "w") as out:
    print(peak // 1024 if sys.platform == "darwin" else peak, file=out)
sys.exit(status)
