"""8 tasks and 4 threads log; every line must be in its file, in the order of its task, also when the program ends badly."""

import subprocess
import sys
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as scratch:
    folder = Path(scratch)
    worker = Path(__file__).with_name("worker.py")
    done = subprocess.run([sys.executable, worker, scratch], capture_output=True, text=True)
    print(done.returncode, done.stdout.strip(), "RuntimeError: the end" in done.stderr)
    everything = (folder / "all.log").read_text().splitlines()
    for name in [f"task {n}" for n in range(8)] + [f"thread {n}" for n in range(4)]:
        mine = [line for line in everything if f" {name} line " in line]
        print(name, len(mine), mine == sorted(mine, key=lambda line: int(line.split(" line ")[1].split()[0])))
    print([line for line in everything if "ZeroDivisionError" in line or "failed" in line])
    print((folder / "slow.log").read_text().splitlines())
    parts = [path.read_text().splitlines() for path in folder.glob("parts.log*")]
    print(len(parts) > 3, sum(map(len, parts)))
