"""Learn what was paid since the database was saved that has been restored."""

import re
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from luffy_api.apps.order.payment import recovery
from luffy_api.apps.order.payment.recovery import Finding
from luffy_api.common.dates import SHANGHAI

# ULIDs, with the count of a further trade.
NUMBER = re.compile(r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}(?:_\d{1,3})?\b", re.ASCII)
UNSOLVED = 1


class Command(BaseCommand):
    """Safe to run beside the shop and again, such as when the bill of the last day is there."""

    help = (
        "Ask the payment providers about everything since TIME, when the restored backup was made."
        " Exits with 1 while something could not be brought back or is not known yet."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """--since and --numbers."""
        parser.add_argument(
            "--since", required=True, type=_time, metavar="TIME", help="like 2026-03-01T02:00:00Z"
        )
        parser.add_argument(
            "--numbers", type=Path, metavar="FILE", help="a text such as a log with order numbers"
        )

    def handle(self, *args: Any, since: datetime, numbers: Path | None, **options: Any) -> None:
        """Write one line for everything that was found; exit with 1 for unsolved ones."""
        solved = unsolved = 0
        for finding in recovery.recover(since=since, numbers=_numbers(numbers)):
            unsolved += finding.is_unsolved
            solved += not finding.is_unsolved
            self.stdout.write(_line(finding))
        self.stdout.write(f"补回 {solved} 项，{unsolved} 项需要人工处理或稍后再查。")
        if unsolved:
            sys.exit(UNSOLVED)


def _numbers(path: Path | None) -> Iterator[str]:
    """Each number that a text holds, once. Raises CommandError for a file that cannot be read."""
    if path is None:
        return
    seen: set[str] = set()
    try:
        with path.open(encoding="utf-8", errors="replace") as text:
            for line in text:
                for number in NUMBER.findall(line):
                    if number not in seen:
                        seen.add(number)
                        yield number
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error


def _line(finding: Finding) -> str:
    at = f"{finding.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" if finding.at else ""
    amount = f"{finding.amount:.2f} 元" if finding.amount is not None else ""
    numbers = (finding.number, finding.trade_no)
    cells = (finding.outcome.value, finding.pay_type.label, *numbers, amount, at, finding.note)
    return "  ".join(cell for cell in cells if cell)


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} is not a time with its zone like 2026-03-01T02:00:00Z")
    return moment
