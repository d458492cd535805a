"""Measurements that decisions rest on; not tests, since a machine's speed is not a fact.

    ./scripts/bench                                    lists what can be measured
    ./scripts/bench SUBJECT [arguments]                measures this tree
    ./scripts/bench SUBJECT --against REV [arguments]  measures a git revision beside it, in turns
                    --rounds N                         how many turns each (3)

A subject is a module of scripts/benchmarks with `run(arguments)`; the first line of its docstring
says what it measures. They use DATABASE_URL like the shop does (a scratch database is made and
removed beside it) and print ratios of one run, because absolute times of a shared machine mean
little.
"""

import argparse
import ast
from importlib import import_module
from pathlib import Path

from scripts.benchmarks import figures, revisions

FOLDER = Path(__file__).resolve().parent


def main() -> None:
    """Run one measurement or a comparison, or list the subjects."""
    subjects = _subjects()
    parser = argparse.ArgumentParser(
        prog="./scripts/bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {subject:15} {about}" for subject, about in subjects.items()),
        usage=argparse.SUPPRESS,
        add_help=False,
    )
    parser.add_argument("subject", nargs="?", choices=subjects, help=argparse.SUPPRESS)
    parser.add_argument("-h", "--help", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--against", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=3, help=argparse.SUPPRESS)
    parser.add_argument("--figures", type=Path, help=argparse.SUPPRESS)
    options, arguments = parser.parse_known_args()
    if options.help or not options.subject:
        parser.print_help()
    elif options.against:
        revisions.compare(
            options.subject, arguments, revision=options.against, rounds=options.rounds
        )
    else:
        import_module(f"scripts.benchmarks.{options.subject}").run(arguments)
        if options.figures:
            figures.write(options.figures, options.subject)


def _subjects() -> dict[str, str]:
    """Names and first lines of the modules that can be run; what they import is left alone."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in module.body):
            found[path.stem] = (ast.get_docstring(module) or "").partition("\n")[0]
    return found


if __name__ == "__main__":
    main()
