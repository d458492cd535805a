"""Actions of the back office on thousands of rows, a request for every second or two of them.

A proxy gives up after a minute, and nobody watches a white page for half of one. So what is left
when the time of a request is over goes on in the next one, which the page that says how far it is
sends by itself. It says nothing but what the first one said, and behind which key to go on; so a
request that was lost, or whose process died, is sent again by loading the page anew: its rows are
written a second time, as they are. Who closes the page stops there.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from luffy_api.common import batches
from luffy_api.common.admin_pages import ModelAdmin, own_page

# Of a request, before another batch is begun.
STEP_SECONDS = 1.5
PREFIX = "steps-"
NUMBERS = ("total", "last", "after", "done", "refused")
# What the first request has said.
SAID = ("action", "select_across", "index", ACTION_CHECKBOX_NAME)
MAX_DIGITS = 18


@dataclass
class BulkSteps:
    """How far an action is: of `total` rows up to the key `last`, those up to `after` were taken.

    `done` of these were changed, `refused` stayed as they were.
    """

    rows: QuerySet[Any]
    total: int
    last: int
    after: int = 0
    done: int = 0
    refused: int = 0
    keys: Sequence[int] = field(default=())

    @classmethod
    def of(cls, request: HttpRequest, rows: QuerySet[Any]) -> "BulkSteps":
        """Where the request goes on; at the beginning where it says nothing of it. One query."""
        said = [request.POST.get(f"{PREFIX}{name}", "") for name in NUMBERS]
        goes_on = all(each.isascii() and each.isdecimal() for each in said)
        if not goes_on or any(len(each) > MAX_DIGITS for each in said):
            keys = _keys(rows)
            return cls(rows, len(keys), max(keys, default=0), keys=keys)
        total, last, after, done, refused = map(int, said)
        found = cls(rows, total, last, after, done, refused)
        # Rows that were added meanwhile have not been chosen.
        found.keys = _keys(rows.filter(pk__gt=found.after, pk__lte=found.last))
        return found

    def batches(self) -> Iterator[Sequence[int]]:
        """Keys in their order, BATCH at a time, while there is time; at least once."""
        until = time.monotonic() + STEP_SECONDS
        for start in range(0, len(self.keys), batches.BATCH):
            if start and time.monotonic() > until:
                return
            yield self.keys[start : start + batches.BATCH]

    def note(self, keys: Sequence[int], *, done: int, refused: int = 0) -> None:
        """These were taken."""
        self.after = keys[-1]
        self.done += done
        self.refused += refused

    @property
    def is_over(self) -> bool:
        """Whether none is left."""
        return not self.keys or self.after >= self.keys[-1]

    @property
    def taken(self) -> int:
        """How many were taken."""
        return self.done + self.refused


def steps_page(
    request: HttpRequest, model_admin: ModelAdmin, steps: BulkSteps, word: str
) -> HttpResponse:
    """The page that tells how far it is, and sends the next request."""
    numbers = [(f"{PREFIX}{name}", getattr(steps, name)) for name in NUMBERS]
    said = [(name, value) for name in SAID for value in request.POST.getlist(name)]
    context = {
        "title": f"{word}：{model_admin.opts.verbose_name_plural}",
        "steps": steps,
        "word": word,
        "fields": [*said, *numbers],
        "back": request.get_full_path(),
    }
    return own_page(request, model_admin, "admin/bulk_steps.html", context)


def _keys(rows: QuerySet[Any]) -> list[int]:
    return sorted(set(rows.order_by().values_list("pk", flat=True)))
