"""Runs code with settings of its own in a new process, quickly.

A Python that has read Django and the packages that settings import forks for each piece of code:
starting one anew takes ten times as long. Nothing of `luffy_api` is read before the fork.

As a program it takes requests on stdin and answers on stdout, one JSON object per line:
`{"env": {…}, "code": "…"}` and `{"status": 0, "stdout": "…", "stderr": "…"}`.
"""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parents[2]
PRELOADED = (
    *("django.conf", "environ", "urllib.request", "Cryptodome.Util.asn1"),
    "cryptography.hazmat.primitives.serialization",
)


class SettingsProcess:
    """The process that forks; `close` ends it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str, env: dict[str, str]) -> tuple[int, str, str]:
        """Exit status, stdout and stderr of the code, in exactly this environment."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"env": env, "code": code}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["status"], answer["stdout"], answer["stderr"]

    def close(self) -> None:
        """Without requests it ends by itself."""
        self.process.communicate(timeout=10)


def _serve() -> None:
    for name in PRELOADED:
        __import__(name)
    sys.path.insert(0, str(ROOT))
    for line in sys.stdin:
        request = json.loads(line)
        sys.stdout.write(json.dumps(_run_in_fork(request["code"], request["env"])) + "\n")
        sys.stdout.flush()


def _run_in_fork(code: str, env: dict[str, str]) -> dict[str, int | str]:
    with tempfile.TemporaryFile("w+") as stdout, tempfile.TemporaryFile("w+") as stderr:
        pid = os.fork()
        if pid == 0:
            _execute(code, env, stdout, stderr)
        _, status = os.waitpid(pid, 0)
        return {
            "status": os.waitstatus_to_exitcode(status),
            "stdout": _text(stdout),
            "stderr": _text(stderr),
        }


def _execute(code: str, env: dict[str, str], stdout: IO[str], stderr: IO[str]) -> NoReturn:
    """What `python -c` does, in the child."""
    os.dup2(stdout.fileno(), 1)
    os.dup2(stderr.fileno(), 2)
    os.environ.clear()
    os.environ.update(env)
    status = 0
    try:
        exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _text(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


if __name__ == "__main__":
    _serve()
