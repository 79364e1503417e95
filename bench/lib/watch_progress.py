"""Runs a command with its stderr on a terminal, and tells how right its progress line was about the time left.

usage: watch_progress.py COMMAND ...    a line on stderr: the largest error in percent, from a tenth of the time on
                                        until 10 s before the end (the line has whole seconds), then what else was said
"""
import os
import pty
import re
import subprocess
import sys
import time

ours, theirs = pty.openpty()
process = subprocess.Popen(sys.argv[1:], stderr=theirs)
os.close(theirs)
began = time.monotonic()
told, said = [], b""
while True:
    try:
        text = os.read(ours, 4096)
    except OSError:  # Linux, when the other end is closed
        break
    if not text:
        break
    said += text
    for left in re.findall(rb"computing.*? (\d+) s left", text):
        told.append((time.monotonic() - began, int(left)))
status = process.wait()
end = time.monotonic() - began
errors = [abs(left - (end - at)) / (end - at) for at, left in told if at > end / 10 and end - at >= 10]
if errors:
    print(f"progress: wrong by {100 * max(errors):.1f} %", file=sys.stderr)
print(re.sub(r"\r\x1b\[K[^\r\n]*", "", said.decode()).replace("\r", ""), file=sys.stderr, end="")
sys.exit(status)
