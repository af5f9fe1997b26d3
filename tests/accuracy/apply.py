"""Applies the whole diff of `deblock fix --diff` to packages, and compiles what it changed.

    python apply.py DEBLOCK FOLDER...

Each folder is a package's source tree; it is copied, never changed. Fails when deblock panics, a diff does not apply, a file
that could be compiled no longer can, or a second run finds something left to fix.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import warnings
from pathlib import Path


def main() -> int:
    tool, *folders = sys.argv[1:]
    failed = [folder for folder in folders if not applies(str(Path(tool).resolve()), Path(folder))]
    print(f"{len(folders) - len(failed)} of {len(folders)} packages hold")
    return bool(failed)


def applies(tool: str, folder: Path) -> bool:
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        shutil.copytree(folder, tree, symlinks=True)
        run = subprocess.run([tool, "fix", "--diff", "."], cwd=tree, capture_output=True)
        if run.returncode not in (0, 1):
            return report(folder, f"exit code {run.returncode}: {run.stderr.decode(errors='replace')[-500:]}")
        diff = Path(scratch) / "diff"
        diff.write_bytes(run.stdout)
        if not run.stdout.strip():
            return report(folder, "no change", holds=True)
        subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
        check = subprocess.run(["git", "apply", "--numstat", str(diff)], cwd=tree, capture_output=True, text=True)
        changed = [line.split("\t")[2] for line in check.stdout.splitlines()]
        before = {name: not (tree / name).exists() or compiles(tree / name) for name in changed}
        applied = subprocess.run(["git", "apply", "--whitespace=nowarn", str(diff)], cwd=tree, capture_output=True)
        if applied.returncode:
            return report(folder, f"git apply: {applied.stderr.decode(errors='replace')[:500]}")
        # What is for a newer Python than this one may have syntax that this one does not know.
        broken = [name for name in changed if before[name] and not compiles(tree / name) and is_for_this_python(tree)]
        if broken:
            return report(folder, f"no longer compile: {', '.join(broken)}")
        left = subprocess.run([tool, "check", "--output-format", "jsonl", "."], cwd=tree, capture_output=True, text=True)
        fixable = [json.loads(line) for line in left.stdout.splitlines()]
        fixable = [finding for finding in fixable if finding["treatment"] != "leave"]
        places = ", ".join(f"{finding['file']}:{finding['line']}" for finding in fixable[:5])
        if fixable:
            return report(folder, f"{len(changed)} files changed, {len(fixable)} findings still to fix: {places}")
        return report(folder, f"{len(changed)} files changed", holds=True)


def is_for_this_python(tree: Path) -> bool:
    project = tree / "pyproject.toml"
    says = project.exists() and tomllib.loads(project.read_text()).get("project", {}).get("requires-python", "")
    oldest = re.search(r">=\s*(\d+)\.(\d+)", says or "")
    return oldest is None or tuple(map(int, oldest.groups())) <= sys.version_info[:2]


def compiles(path: Path) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(path.read_bytes(), str(path), "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def report(folder: Path, text: str, holds: bool = False) -> bool:
    print(f"{'ok    ' if holds else 'FAILED'}  {folder.name}: {text}", flush=True)
    return holds


if __name__ == "__main__":
    sys.exit(main())
