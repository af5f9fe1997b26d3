"""How much CPU time and memory `deblock check` takes, against ruff in the same run: speed.py DEBLOCK RUFF FOLDER [RUNS]

FOLDER is a large program, for instance the unpacked source distribution of homeassistant. "again" is a run after one over the same
files, which finds its answer in the cache. Machines are noisy: compare the ratios of one run, not the seconds of two. Unix only.
"""

import os
import subprocess
import sys


def measure(command: list[str], folder: str) -> tuple[float, float]:
    """CPU seconds, and the peak of resident memory in MB."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{command[0]} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    deblock, ruff, folder, *rest = sys.argv[1:]
    runs = int(rest[0]) if rest else 3
    commands = {
        "ruff": [ruff, "check", "--isolated", "--select", "ASYNC", "--preview", "--no-cache", "-q", "--exit-zero", "."],
        "deblock": [os.path.abspath(deblock), "check", "--no-cache", "--output-format", "jsonl", "."],
        "again": [os.path.abspath(deblock), "check", "--output-format", "jsonl", "."],
    }
    best: dict[str, tuple[float, float]] = {}
    measure(commands["again"], folder)
    for _ in range(runs):
        for name, command in commands.items():
            best[name] = min(best.get(name, (1e9, 0.0)), measure(command, folder))
    for name, (seconds, memory) in best.items():
        print(f"{name:8} {seconds:7.2f} s CPU  {memory:6.0f} MB  {seconds / best['ruff'][0]:6.1f} times ruff")


if __name__ == "__main__":
    main()
