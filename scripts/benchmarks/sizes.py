"""The same requests to shops with catalogues of two sizes, which run at the same time."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.benchmarks.figures import record
from scripts.benchmarks.served import MIN_BATCH, Server

TURNS = 3
# The only pages that the smaller catalogue does not have.
DEEP_PAGE = 500


@dataclass(frozen=True)
class Asked:
    """A shop, and what it is asked for."""

    shop: Server
    requests: Sequence[bytes]


def compare(size: int, first: dict[str, Asked], found: dict[str, Asked]) -> None:
    """How much of the rate at the first number of courses is left, the least first."""
    shares = {}
    for name in first.keys() & found.keys():
        costs = _in_turns(first[name], found[name])
        shares[name] = [small / large for small, large in costs]
        milliseconds = 1000 * statistics.median(large for _, large in costs)
        record(f"{name}, {size} courses, CPU (ms)", milliseconds)
        record(f"{name}, {size} courses beside the first number", 1 / _median(shares[name]))
    for name, each in sorted(shares.items(), key=lambda item: _median(item[1])):
        print(f"  {name:48} {_median(each):5.2f} ({min(each):.2f} to {max(each):.2f})", flush=True)
    for name in found.keys() - first.keys():
        first_page = found[name.replace(f"page {DEEP_PAGE}", "first page")]
        times = _median([deep / one for one, deep in _in_turns(first_page, found[name])])
        print(f"  {name:48} costs {times:.2f} of the first page", flush=True)
    medians = [_median(each) for each in shares.values()]
    print(f"  least {min(medians):.2f}, median {_median(medians):.2f}")


def _in_turns(one: Asked, other: Asked) -> list[tuple[float, float]]:
    """Seconds of processor time for a request of each, after a first time that counts not."""
    for each in (one, other):
        each.shop.send(each.requests[:MIN_BATCH])
    return [(one.shop.cost(one.requests), other.shop.cost(other.requests)) for _ in range(TURNS)]


def _median(numbers: Sequence[float]) -> float:
    return statistics.median(numbers)
