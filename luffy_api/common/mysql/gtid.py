"""How far a replica of MariaDB is behind, told by global transaction ids.

Every transaction that the primary has committed has a number, and the replica knows up to which it
has come. Both may be read without a privilege, nothing is written for it, and a replica that has
all is not behind, however long nothing has happened: docs/decisions/0025.
"""

import time
from collections import deque

from django.db import Error as DatabaseFault
from django.db import connections

# A replica that is further behind is not used anyway.
MAX_SAMPLES = 600

# The last number by replication domain.
Position = dict[str, int]


class LagUnknown(DatabaseFault):
    """The primary keeps no binary log, or the replica is further behind than anybody remembers."""


class ReplicaLag:
    """Seconds by which the replica is behind, 0.0 when it has all that was committed.

    Remembers where the primary was, so it is to be asked again and again, by one thread. It cannot
    tell at once by how much a replica is behind that has been so from the beginning: LagUnknown.
    """

    def __init__(self, *, primary: str, replica: str) -> None:
        self._primary, self._replica = primary, replica
        self._seen: deque[tuple[float, Position]] = deque(maxlen=MAX_SAMPLES)

    def __call__(self) -> float:
        """Raises LagUnknown, and Django's database errors."""
        asked_at = time.monotonic()
        self._seen.append((asked_at, _position(self._primary, "gtid_binlog_pos")))
        here = _position(self._replica, "gtid_slave_pos")
        reached = [at for at, position in self._seen if _covers(here, position)]
        if not reached:
            raise LagUnknown
        while self._seen[0][0] < reached[-1]:
            self._seen.popleft()
        return 0.0 if reached[-1] == asked_at else time.monotonic() - reached[-1]


def _position(alias: str, variable: str) -> Position:
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT @@global.{variable}")
        text = str(cursor.fetchone()[0] or "")
    if not text:
        raise LagUnknown
    return parse(text)


def parse(text: str) -> Position:
    """`0-1-100,7-2-5`: domain, server and number of the last transaction of each domain."""
    parts = (each.split("-") for each in text.split(","))
    return {domain.strip(): int(number) for domain, _, number in parts}


def _covers(here: Position, position: Position) -> bool:
    return all(here.get(domain, -1) >= number for domain, number in position.items())
