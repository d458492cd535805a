"""Prints the ten slowest tests of a run: `slowest.py FILE.xml …`, JUnit files of all runners."""

import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

COUNT = 10


def _cases(path: Path) -> Iterator[tuple[float, str]]:
    """Seconds and name of every test of a run, named after its file."""
    # The files are our own runners'.
    for case in ElementTree.parse(path).iter("testcase"):  # noqa: S314
        where, name = case.get("classname", ""), case.get("name", "")
        yield float(case.get("time", 0)), f"{path.stem}: {where} {name}"


def main() -> None:
    """Files that are not there belong to areas that were not run."""
    paths = [path for path in map(Path, sys.argv[1:]) if path.is_file()]
    cases = sorted((case for path in paths for case in _cases(path)), reverse=True)
    if cases:
        print(f"\nThe {COUNT} slowest tests")
    for seconds, name in cases[:COUNT]:
        print(f"{seconds:7.1f} s  {name}")


if __name__ == "__main__":
    main()
