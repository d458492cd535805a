"""The pages on a laptop and a phone: bytes of a first visit, what moves while they load.

    ./scripts/bench pages [--lighthouse PROGRAM [--times N]]

`scripts/start` builds and serves this folder's shop with its demo data in a folder of its own; a
Chromium with an empty cache opens each page (`pages.mjs`). Bytes are exact; the time of the largest
picture or text is that of this machine. With --lighthouse each page is judged N times (5) by
that program, which is no part of this project, and the medians are printed.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from scripts.benchmarks.figures import record

ROOT = Path(__file__).resolve().parents[2]
MEASURE = Path(__file__).with_name("pages.mjs")
WEB = ROOT / "luffy_web"
# Seconds until the shop is built and open: packages may have to be installed first.
TIMEOUT = 900
BYTES = ("scripts", "pictures", "answers", "all")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/google-chrome")
FLAGS = "--headless=new --no-sandbox --disable-gpu"


def run(arguments: list[str]) -> None:
    """Measure every page at both sizes."""
    parser = argparse.ArgumentParser(prog="./scripts/bench pages", add_help=False)
    parser.add_argument("--lighthouse", default="")
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args(arguments)
    with _shop() as address:
        pages = list(_measured(address))
        for page in pages:
            _report(page)
        if options.lighthouse:
            for page in pages:
                _judge(options.lighthouse, address, page, times=options.times)


@contextmanager
def _shop() -> Iterator[str]:
    """The address of a shop that this folder's scripts/start serves."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="luffy-bench-") as folder:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.endswith("_URL")},
            "PORT": port,
            "VAR_DIR": folder,
            "ENV_FILE": os.devnull,
            "DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev",
        }
        process = subprocess.Popen(["./scripts/start"], cwd=ROOT, env=environment)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/readyz", process)
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url):  # noqa: S310
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise SystemExit("The shop did not open; the lines above say why.")


def _measured(address: str) -> Iterator[dict[str, Any]]:
    command = ["node", str(MEASURE), address, str(WEB)]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    for line in lines.splitlines():
        yield json.loads(line)


def _report(page: dict[str, Any]) -> None:
    name = f"{page['page']}, {page['size']}"
    sizes = "   ".join(f"{kind} {page[kind] / 1000:6.1f} kB" for kind in BYTES)
    print(f"  {name:16} {sizes}   moves {page['cls']:.3f}   largest {page['largest']:.0f} ms")
    for kind in BYTES:
        record(f"{name}, {kind} (kB)", page[kind] / 1000)
    record(f"{name}, layout shifts (thousandths)", 1000 * page["cls"])


def _judge(program: str, address: str, page: dict[str, Any], *, times: int) -> None:
    """Medians of Lighthouse's four marks; recorded is what is missing to 100."""
    name = f"{page['page']}, {page['size']}"
    marks = [_lighthouse(program, address + page["path"], page["size"]) for _ in range(times)]
    medians = {each: statistics.median(mark[each] for mark in marks) for each in CATEGORIES}
    print(f"  {name:16} " + "   ".join(f"{each} {mark:.0f}" for each, mark in medians.items()))
    for each, mark in medians.items():
        record(f"{name}, {each}, missing to 100", 100 - mark)


def _lighthouse(program: str, url: str, size: str) -> dict[str, float]:
    preset = ["--preset=desktop"] if size == "laptop" else []
    chromium = next((path for path in CHROMIUM if Path(path).exists()), "")
    answer = subprocess.run(
        [
            *(program, url, "--quiet", "--output=json", *preset),
            *(f"--chrome-flags={FLAGS}", f"--only-categories={','.join(CATEGORIES)}"),
        ],
        env={**os.environ, "CHROME_PATH": chromium},
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    return {name: 100 * each["score"] for name, each in json.loads(answer)["categories"].items()}
