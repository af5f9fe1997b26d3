"""Runs the tests of real packages before and after a migration: own_tests.py DEBLOCK [NAME...]

packages.toml names the packages. Each is unpacked, installed into a virtual environment of its own (kept for the next run), tested,
migrated with `deblock fix --yes`, and tested again: once as it stands, and once with its public functions converted as well. Fails when
a test that passed before does not pass afterwards. Everything is kept under DEBLOCK_PACKAGES (default: target/packages).
"""

import os
import shutil
import subprocess
import sys
import tomllib
import venv
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from score import HERE, unpacked

PUBLIC = ("keep", "convert")
NEEDS = "the program now needs "


def main() -> int:
    tool, *names = sys.argv[1:]
    packages = tomllib.loads((HERE / "packages.toml").read_text())["package"]
    chosen = [package for package in packages if not names or package["name"] in names]
    root = Path(os.environ.get("DEBLOCK_PACKAGES", HERE.parents[1] / "target" / "packages")).resolve()
    return any([broken(str(Path(tool).resolve()), package, root) for package in chosen])


def broken(tool: str, package: dict, root: Path) -> bool:
    """Whether a test of the package passes before its migration only."""
    source = unpacked(package["name"], package["version"], root)
    work = root / "own-tests" / package["name"]
    tree = work / "tree"
    python = environment(package, source, work)
    fresh(source, tree)
    before = outcomes(python, package, tree, work)
    lost = False
    for public in PUBLIC:
        fresh(source, tree)
        options = ["--config", str(configuration(work, public))]
        run = subprocess.run([tool, "fix", "--yes", *options, "."], cwd=tree, env=inside(python), capture_output=True, text=True)
        if run.returncode not in (0, 1):
            print(f"{package['name']}: exit code {run.returncode}\n{run.stderr[-2000:]}")
            return True
        needed = [line.removeprefix(NEEDS) for line in run.stderr.splitlines() if line.startswith(NEEDS)]
        if needed:
            install(python, needed)
        after = outcomes(python, package, tree, work)
        passed = {name for name, passed in before.items() if passed}
        gone = sorted(name for name in passed if not after.get(name))
        print(f"{package['name']}, public = {public}: {len(passed)} of {len(before)} tests passed before, {len(gone)} of these fail now", flush=True)
        for name in gone:
            print(f"    {name}")
        lost |= bool(gone)
    return lost


def environment(package: dict, source: Path, work: Path) -> Path:
    """The interpreter of a virtual environment with the package, which is imported from the tree of `work`, and with what its tests need."""
    folder = work / "venv"
    python = folder / "bin" / "python"
    if not (work / "installed").exists():
        shutil.rmtree(work, ignore_errors=True)
        fresh(source, work / "tree")
        venv.create(folder, with_pip=True)
        extras = f"[{','.join(package['extras'])}]" if "extras" in package else ""
        install(python, ["--editable", f"{work / 'tree'}{extras}", *package.get("install", [])])
        (work / "installed").touch()
    return python


def install(python: Path, what: list[str]) -> None:
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what], check=True)


def fresh(source: Path, tree: Path) -> None:
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(source, tree, symlinks=True)


def configuration(work: Path, public: str) -> Path:
    path = work / "deblock.toml"
    path.write_text(f'[colour]\npublic = "{public}"\n')
    return path


def inside(python: Path) -> dict[str, str]:
    return {**os.environ, "VIRTUAL_ENV": str(python.parents[1])}


def outcomes(python: Path, package: dict, tree: Path, work: Path) -> dict[str, bool]:
    """Which tests pass, by name."""
    report = work / "report.xml"
    report.unlink(missing_ok=True)
    options = ["-q", "--tb=short", "-p", "no:cacheprovider", f"--junitxml={report}"]
    log = work / "pytest.log"
    with log.open("w") as output:
        subprocess.run([python, "-m", "pytest", *options, *package["tests"]], cwd=tree, env=inside(python), stdout=output, stderr=output, timeout=3600)
    if not report.exists():
        sys.exit(f"{package['name']}: pytest did not run, see {log}")
    cases = ElementTree.parse(report).iter("testcase")
    return {f"{case.get('classname')}::{case.get('name')}": not any(case.find(tag) is not None for tag in ("failure", "error", "skipped")) for case in cases}


if __name__ == "__main__":
    sys.exit(main())
