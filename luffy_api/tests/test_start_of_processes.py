"""What a new process loads before it does anything: each worker and command waits for it."""

import os
import subprocess
import sys

import pytest

# Needed by few requests, or by stand-ins of development only.
LATER = (
    *("Cryptodome.Cipher", "cffi", "bs4", "markdownify", "rjieba", "tencentcloud", "boto3"),
    *("fpdf", "fontTools"),
)
TOLD = f"""
import gc, sys
loaded = [name for name in {LATER} if name in sys.modules]
print(loaded, gc.isenabled(), gc.get_freeze_count() > 50_000)
"""


def _run(*arguments: str) -> str:
    # The libraries of development are the most.
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev"}
    command = [sys.executable, *arguments]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return answer.stdout.strip()


@pytest.mark.parametrize(
    "arguments",
    [
        ("-c", f"import luffy_api.wsgi{TOLD}import os; sys.stdout.flush(); os._exit(0)"),
        ("manage.py", "shell", "-v", "0", "-c", TOLD),
    ],
    ids=["worker", "command"],
)
def test_a_process_loads_what_it_needs_and_never_looks_through_it_for_garbage(arguments):
    assert _run(*arguments) == "[] True True"
