"""How many of the labelled calls deblock judges as a reader did: score.py DEBLOCK [PACKAGE...]

labels.jsonl has a call a line, in packages of the Python package index: where it is, and whether it blocks an event loop
("blocks") or not ("free"), with the way from the loop to it, or why there is none. The labels were made by reading the packages,
without deblock's output at hand. Packages are downloaded with pip to DEBLOCK_PACKAGES (default: target/packages) and unpacked there.

Prints recall (of the calls that block, how many are found) and precision (of the labelled calls that are found, how many block),
and each call that was judged otherwise. Exits with 1 when recall is below 0.95 or precision below 0.97.
"""

import collections
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
RECALL, PRECISION = 0.95, 0.97


def unpacked(package: str, version: str, folder: Path) -> Path:
    stem = f"{package.replace('-', '_')}-{version}"
    known = [folder / stem, folder / f"{package}-{version}"]
    for path in known:
        if path.is_dir():
            return path
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    subprocess.run([*pip, "--dest", str(folder), f"{package}=={version}"], check=True)
    for archive in folder.glob("*.tar.gz"):
        if archive.name.removesuffix(".tar.gz").lower() in (stem.lower(), f"{package}-{version}".lower()):
            with tarfile.open(archive) as tar:
                tar.extractall(folder, filter="data")
    return next(path for path in known if path.is_dir())


def found(deblock: str, folder: Path) -> set[tuple[str, int]]:
    run = subprocess.run([deblock, "check", "--output-format", "jsonl", "."], cwd=folder, capture_output=True, text=True)
    if run.returncode not in (0, 1):
        sys.exit(f"{folder.name}: exit {run.returncode}: {run.stderr[-400:]}")
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    return {(row["file"], line) for row in rows for line in (row["line"], row["end_line"])}


def main() -> int:
    deblock, *wanted = sys.argv[1:]
    folder = Path(os.environ.get("DEBLOCK_PACKAGES", HERE.parents[1] / "target" / "packages"))
    labels = collections.defaultdict(list)
    for line in (HERE / "labels.jsonl").read_text().splitlines():
        label = json.loads(line)
        if not wanted or label["package"] in wanted:
            labels[label["package"], label["version"]].append(label)
    total = collections.Counter()
    for (package, version), rows in sorted(labels.items()):
        findings = found(str(Path(deblock).resolve()), unpacked(package, version, folder))
        counts = collections.Counter()
        for row in rows:
            hit = (row["file"], row["line"]) in findings
            counts[row["verdict"], hit] += 1
            if hit != (row["verdict"] == "blocks"):
                word = "false" if hit else "missed"
                print(f"{word:7} {package}/{row['file']}:{row['line']} {row['api']} (depth {row['depth']}): {row['why']}")
        total += counts
        print(f"{package} {version}: {counts['blocks', True]} of {counts['blocks', True] + counts['blocks', False]} found, "
              f"{counts['free', True]} of {counts['free', True] + counts['free', False]} false", flush=True)
    recall = total["blocks", True] / max(1, total["blocks", True] + total["blocks", False])
    precision = total["blocks", True] / max(1, total["blocks", True] + total["free", True])
    print(f"{total.total()} labelled calls: recall {recall:.3f}, precision {precision:.3f}")
    return int(recall < RECALL or precision < PRECISION)


if __name__ == "__main__":
    sys.exit(main())
