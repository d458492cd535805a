"""This tree beside a git revision: both measured in turns, each by a process in its own folder.

The revision lies in var/bench/COMMIT. It shares this tree's packages unless it pins another version
of one, or one that this tree has not.
It is measured by its own scripts/benchmarks. A revision from before figures.py, or without this
subject, gets the ones of this tree: of the shop they use what all revisions share, its HTTP
interface, commands, settings, `tests/factories` and `tests/processes`.
"""

import os
import shutil
import statistics
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

from scripts.benchmarks import figures
from scripts.benchmarks.elastic_core import elasticsearch

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "var" / "bench"
REQUIREMENTS = ("requirements.txt", "requirements-prod.txt", "requirements-dev.txt")
INSTALL = """
source scripts/lib/common.sh
LOG_DIR=$PWD/var/log
mkdir -p "$LOG_DIR"
install_python requirements-dev.txt
"""


def compare(subject: str, arguments: list[str], *, revision: str, rounds: int) -> None:
    """Measure this tree and the revision `rounds` times each, in turns; print the ratios."""
    commit = _commit_of(revision)
    folders = {"this tree": ROOT, commit: _checked_out(commit, subject)}
    costs: dict[str, list[dict[str, float]]] = {name: [] for name in folders}
    with ExitStack() as stack:
        environment = dict(os.environ)
        if subject == "search" and (address := stack.enter_context(elasticsearch())):
            environment["SEARCH_TEST_URL"] = address
        for turn in range(rounds):
            for name, folder in folders.items():
                print(f"- round {turn + 1} of {rounds}: {name} …", flush=True)
                costs[name].append(_measure(folder, subject, arguments, environment))
    _report(subject, costs)


def _commit_of(revision: str) -> str:
    """The short id of a commit; ends the program when there is none of this name."""
    command = ["git", "rev-parse", "--verify", "--quiet", "--short=12", f"{revision}^{{commit}}"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode:
        raise SystemExit(f"{revision} is no revision of this repository.")
    return found.stdout.strip()


def _checked_out(commit: str, subject: str) -> Path:
    """The folder of a commit, complete or not there, with a benchmark of the subject."""
    folder = PLACE / commit
    if not folder.is_dir():
        PLACE.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f"{commit}-", dir=PLACE))
        archive = subprocess.run(
            ["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True
        )
        subprocess.run(["tar", "-x", "-C", draft], input=archive.stdout, check=True)
        draft.rename(folder)
    own = folder / "scripts" / "benchmarks"
    if not all((own / f"{name}.py").exists() for name in ("figures", subject)) or _is_lent(folder):
        _lend_benchmarks(folder)
    _install(folder)
    return folder


def _is_lent(folder: Path) -> bool:
    return (folder / "scripts" / "benchmarks" / ".lent").exists()


def _lend_benchmarks(folder: Path) -> None:
    """Replace a revision's benchmarks by those of this tree, as they are now."""
    target = folder / "scripts" / "benchmarks"
    shutil.rmtree(target, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "scripts" / "benchmarks", target, ignore=ignored)
    (target / ".lent").touch()


def _install(folder: Path) -> None:
    """Share this tree's .venv when it has what the revision requires, else make another."""
    if _pins(folder) <= _pins(ROOT):
        if not (folder / ".venv").exists():
            (folder / ".venv").symlink_to(ROOT / ".venv")
        return
    if (folder / ".venv").is_symlink():
        (folder / ".venv").unlink()
    subprocess.run(["bash", "-euo", "pipefail", "-c", INSTALL], cwd=folder, check=True)


def _pins(folder: Path) -> set[str]:
    """Lines such as `Django==5.2.19` of all requirements files."""
    texts = [(folder / name).read_text(encoding="utf-8") for name in REQUIREMENTS]
    return {line for text in texts for line in text.splitlines() if "==" in line}


def _measure(
    folder: Path, subject: str, arguments: list[str], environment: dict[str, str]
) -> dict[str, float]:
    """Costs by name, as a process in this folder finds them. Its output goes to a log."""
    log = PLACE / "log" / f"{folder.name}-{subject}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, log.open("wb") as output:
        file = Path(scratch) / "figures.json"
        command = [".venv/bin/python", "-m", "scripts.benchmarks", subject]
        process = subprocess.run(
            [*command, "--figures", file, *arguments],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if process.returncode or not file.exists():
            raise SystemExit(f"The measurement in {folder} failed; {log} says why.")
        return figures.read(file)


def _report(subject: str, costs: dict[str, list[dict[str, float]]]) -> None:
    """Medians of both, and the ratio of each pair of turns: median, lowest, highest."""
    (ours, our_turns), (theirs, their_turns) = costs.items()
    names = [name for name in our_turns[0] if name in their_turns[0]]
    width = max((len(name) for name in names), default=0)
    print(f"\n{subject}: {ours} / {theirs}, {len(our_turns)} rounds")
    for name in names:
        mine, other = ([turn[name] for turn in turns] for turns in (our_turns, their_turns))
        ratios = sorted(a / b for a, b in zip(mine, other, strict=True) if b)
        if not ratios:
            continue
        print(
            f"  {name:{width}}  {statistics.median(mine):8.2f} / {statistics.median(other):8.2f}"
            f"   ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )
    alone = (set(our_turns[0]) | set(their_turns[0])) - set(names)
    for name in sorted(alone):
        print(f"  {name:{width}}  in one of them only")
