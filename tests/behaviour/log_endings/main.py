"""Runs programs that end in different ways, and shows what each has written."""

import subprocess
import sys
import tempfile
from pathlib import Path

for ending in ["nothing", "shutdown", "remove", "read", "again", "raise", "exit", "threads", "change"]:
    with tempfile.TemporaryDirectory() as scratch:
        worker = Path(__file__).with_name("worker.py")
        done = subprocess.run([sys.executable, worker, scratch, ending], capture_output=True, text=True)
        print(ending, done.returncode, done.stdout, done.stderr.strip().splitlines()[-1:])
        for path in sorted(Path(scratch).iterdir()):
            print(path.name, path.read_text().splitlines())
