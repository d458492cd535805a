#!/usr/bin/env bash
# To whoever asked early a huey task that succeeded on its retry has failed for ever.
#
# Version:  huey 3.5.4 with its SQLite storage.
# Expected: With `retries=1` a task that succeeds on the second try has a result, and the handle returns it.
# Seen:     The failed try stores its exception as the result. Who asks before the retry gets a TaskException, and the handle
#           keeps that: it raises the same again after the retry has succeeded, however often one asks. With
#           `blocking=True` it does not wait for the retry either. A new handle of the same id has the value, and so
#           has a handle that was not asked between the tries.
# Matters:  A page that asks each second for the outcome of a refund shows that it failed while the money is on its way, and
#           somebody starts a second one. A test that runs all and asks once at the end sees nothing of it. Call
#           `reset()` before each question, or keep the outcome in a row of one's own.
#
# Output seen:
#   tries 1, asked: TaskException
#   tries 2, the same handle: TaskException
#   tries 2, the same handle, blocking: TaskException
#   tries 2, a new handle of its id: refunded
#   tries 2, the same handle after reset(): refunded
#   tries 2, a handle that was not asked before: refunded
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check huey==3.5.4

cat > "$folder/ask.py" <<'PYTHON'
import logging
import sys
from collections import Counter

from huey import SqliteHuey
from huey.exceptions import TaskException

logging.disable(logging.CRITICAL)
huey = SqliteHuey(filename=f"{sys.argv[1]}/queue.db")
tries = Counter()


@huey.task(retries=1)
def refund(order):
    tries[order] += 1
    if tries[order] == 1:
        raise ConnectionError("The gateway is away.")
    return "refunded"


def work():
    """What a worker does with the next task."""
    huey.execute(huey.dequeue())


def show(title, order, ask):
    try:
        answer = ask()
    except TaskException:
        answer = "TaskException"
    print(f"tries {tries[order]}, {title}: {answer}")


handle = refund(1)
work()
show("asked", 1, handle)
work()
show("the same handle", 1, handle)
show("the same handle, blocking", 1, lambda: handle(blocking=True, timeout=1))
show("a new handle of its id", 1, lambda: huey.result(handle.id, preserve=True))
handle.reset()
show("the same handle after reset()", 1, handle)

handle = refund(2)
work()
work()
show("a handle that was not asked before", 2, handle)
PYTHON

"$folder/venv/bin/python" "$folder/ask.py" "$folder" | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
