"""The tests of the S3 storage against OpenStack Swift with its S3 API, over TLS.

    ./scripts/swift                    at the addresses of MinIO, OSS and COS
    ./scripts/swift PROVIDER …         of the named ones only
    ./scripts/swift minio -- -k range  with more arguments for pytest

It exits with 0 if exactly those tests failed that docs/storage.md lists, with the answers there.
Results are in var/swift: table.md, and log/ with what every process said.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from scripts.swifts.providers import PROVIDERS
from scripts.swifts.refused import REFUSED

STORAGE = "luffy_api/libs/storage/tests"
FILES = [
    *(f"{STORAGE}/test_{name}.py" for name in ("storages", "downloads", "file_migration")),
    *(f"{STORAGE}/test_s3_{name}.py" for name in ("uploads", "urls", "clients", "refusals")),
    "luffy_api/apps/video/tests/test_upload_s3.py",
]


def main() -> int:
    """Exit status."""
    options = _arguments()
    from scripts.swifts.server import Swift

    lines, is_known = [], True
    with Swift(options.scratch, options.logs) as swift:
        print("- Swift is up", flush=True)
        for name in options.providers:
            environment = {**os.environ, **swift.environment, **PROVIDERS[name].environment}
            failed, said = _suite(name, environment, options)
            expected = REFUSED & failed.keys() if options.more else REFUSED
            is_known = is_known and failed.keys() == expected
            lines += [f"## {name}: {said}", *(f"- {test}: {why}" for test, why in failed.items())]
        if not options.more:
            lines += ["## Beyond the suite", *_beyond(swift.environment)]
    text = "\n".join(lines)
    print(text)
    (options.logs.parent / "table.md").write_text(f"{text}\n", encoding="utf-8")
    return 0 if is_known else 1


def _suite(
    name: str, environment: dict[str, str], options: argparse.Namespace
) -> tuple[dict[str, str], str]:
    """What failed, with the last line of its error, and what pytest says in the end."""
    report = options.scratch / f"{name}.xml"
    command = [sys.executable, "-m", "pytest", *FILES, "-q", "-k", "s3", f"--junitxml={report}"]
    with (options.logs / f"{name}.log").open("w", encoding="utf-8") as log:
        subprocess.run(
            [*command, "-p", "no:cacheprovider", *options.more],
            env={**environment, "STORAGE_TEST_PROVIDER": name},
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    # The report was written by pytest just now.
    cases = ElementTree.parse(report).getroot().iter("testcase")  # noqa: S314
    failed = {}
    for case in cases:
        for problem in [*case.findall("failure"), *case.findall("error")]:
            test = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
            failed[test] = (problem.get("message") or "").strip().splitlines()[0]
    log_text = (options.logs / f"{name}.log").read_text(encoding="utf-8")
    return failed, log_text.strip().splitlines()[-1]


def _beyond(environment: dict[str, str]) -> list[str]:
    """What the suite does not ask, at the addresses of OSS with a bound domain."""
    oss = {**os.environ, **environment, **PROVIDERS["oss"].environment, "STORAGE": "oss"}
    command = [sys.executable, "-m", "scripts.swifts.beyond"]
    ended = subprocess.run(command, env=oss, stdout=subprocess.PIPE, check=True, text=True)
    return ended.stdout.splitlines()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./scripts/swift",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage=argparse.SUPPRESS,
    )
    parser.add_argument("providers", nargs="*", metavar="PROVIDER")
    parser.add_argument("--scratch", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--logs", type=Path, required=True, help=argparse.SUPPRESS)
    end = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options = parser.parse_args(sys.argv[1:end])
    options.more = sys.argv[end + 1 :]
    if unknown := set(options.providers) - PROVIDERS.keys():
        parser.error(f"no such provider: {', '.join(sorted(unknown))}")
    options.providers = options.providers or list(PROVIDERS)
    return options


if __name__ == "__main__":
    os.nice(5)
    sys.exit(main())
