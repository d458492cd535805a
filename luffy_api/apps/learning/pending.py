"""Reports that are not in the database yet, and where they wait: in Redis, or in this process."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import Lock
from typing import Any, TypeAlias

from luffy_api.apps.learning import watch_time
from luffy_api.apps.learning.exceptions import ConcurrentUpdate
from luffy_api.apps.learning.watch_time import WatchState
from luffy_api.common.redis_circuit import client as redis_client

ATTEMPTS = 20
# Rows of which a process remembers what it has written last.
MAX_REMEMBERED = 50_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Pending:
    """What a row will say; it goes on from the row as it was when `base` was its `reported_at`."""

    state: WatchState
    base: datetime | None

    def is_before(self, counted_from: datetime | None) -> bool:
        """Whether this went on from a row whose count has begun anew at `counted_from` (UTC)."""
        return counted_from is not None and (self.base is None or self.base < counted_from)

    def onto(self, row: WatchState, counted_from: datetime | None) -> "Pending":
        """The same for a row that others may have written since, and that counts since then.

        A row no newer than `base` is where this began. One that is newer was written by somebody
        who did not know of this: another process while Redis was away, or an earlier release.
        What was watched before `counted_from` is no part of the row's count.
        """
        if self.is_before(counted_from):
            merged = watch_time.merge(row, self.state)
            untouched = row.reported_at == counted_from
            position = self.state.position if untouched else merged.position
            return Pending(replace(merged, position=position, seconds=row.seconds), counted_from)
        if row.reported_at is None or row == self.state:
            return self
        if self.base is not None and row.reported_at <= self.base:
            return self
        return Pending(watch_time.merge(row, self.state), row.reported_at)

    def after(self, written: "Pending") -> "Pending":
        """The same when `written`, from which it went on, is in the row meanwhile."""
        return replace(self, base=max(filter(None, [self.base, written.state.reported_at])))


# What the rows of a student will say, by their ids.
PendingRows: TypeAlias = Mapping[int, Pending]
Advance: TypeAlias = Callable[[Pending | None], Pending]


class LocalStore:
    """Reports of this process; what is killed with -9 loses them."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything; also what a forked child does, since its parent has it all."""
        self._lock = Lock()
        self._students: dict[int, dict[int, Pending]] = {}
        self._rows = 0
        # When the first of them came, by student and in their order.
        self._since: dict[int, float] = {}

    def report(self, user_id: int, row_id: int, advance: Advance, *, limit: int) -> Pending | None:
        """Replace what waits for a row; None, and nothing, where `limit` rows wait already."""
        with self._lock:
            rows = self._students.get(user_id, {})
            is_new = row_id not in rows
            if is_new and self._rows >= limit:
                return None
            pending = rows[row_id] = advance(rows.get(row_id))
            self._rows += is_new
            self._students[user_id] = rows
            self._since.setdefault(user_id, time.time())
            return pending

    def oldest(self, count: int) -> dict[int, PendingRows]:
        """The rows of so many students, of those who have waited longest."""
        with self._lock:
            return {each: dict(self._students[each]) for each in list(self._since)[:count]}

    def of(self, user_id: int) -> PendingRows:
        """The rows of one student."""
        with self._lock:
            return dict(self._students.get(user_id, {}))

    def remove(self, user_id: int, written: PendingRows, *, late: Collection[int] = ()) -> None:
        """Forget what was written, unless there was a report meanwhile.

        That one goes on from what was written, but for the rows that are `late`: their count has
        begun anew before what was written, and perhaps unknown to that report.
        """
        with self._lock:
            rows = self._students.get(user_id, {})
            for row_id in written.keys() & rows.keys():
                if rows[row_id] == written[row_id]:
                    del rows[row_id]
                    self._rows -= 1
                elif row_id not in late:
                    rows[row_id] = rows[row_id].after(written[row_id])
            self._since.pop(user_id, None)
            if rows:
                self._since[user_id] = time.time()
            else:
                self._students.pop(user_id, None)

    def backlog(self) -> tuple[int, float]:
        """How many students wait, and since when the first does (Unix time, 0 for none)."""
        with self._lock:
            return len(self._since), next(iter(self._since.values()), 0.0)


# Writes a field of a student's hash if it still is what it was ("" for none), and notes since when
# the student waits; otherwise returns what it is. KEYS: the hash, the students. ARGV: field,
# before, after, student, now.
_SAVE = """
local found = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if found ~= ARGV[2] then return found end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('ZADD', KEYS[2], 'NX', ARGV[5], ARGV[4])
return 1
"""
# Removes fields that still are what was written; others go on from that now (`Pending.after`).
# ARGV: student, now, then fields with their values and what the others go on from (-1: no change).
_REMOVE = """
for i = 3, #ARGV, 3 do
    local found = redis.call('HGET', KEYS[1], ARGV[i])
    if found == ARGV[i + 1] then
        redis.call('HDEL', KEYS[1], ARGV[i])
    elseif found then
        local written = ARGV[i + 2]
        local base, rest = string.match(found, '^([^:]*)(:.*)$')
        if tonumber(written) > tonumber(base) then
            redis.call('HSET', KEYS[1], ARGV[i], written .. rest)
        end
    end
end
if redis.call('EXISTS', KEYS[1]) == 0 then
    redis.call('ZREM', KEYS[2], ARGV[1])
else
    redis.call('ZADD', KEYS[2], 'XX', ARGV[2], ARGV[1])
end
"""
SAVED = 1
STUDENTS = "luffy:progress"
TURN = "luffy:progress:turn"


class RedisStore:
    """Reports of all processes and machines; each goes on from the last. Raises redis-py's errors.

    A hash for each student who waits, with a field for each row; a sorted set of these students.
    """

    def __init__(self) -> None:
        self._written: dict[int, bytes] = {}

    def report(self, user_id: int, row_id: int, advance: Advance) -> Pending:
        """Replace what waits for a row. Raises ConcurrentUpdate when others always came first."""
        keys = [_key(user_id), STUDENTS]
        # Mostly nothing waits, since the last flush was later than the last report; or else what
        # this process has written.
        before = self._written.get(row_id, b"")
        for _ in range(ATTEMPTS):
            pending = advance(_unpack(before) if before else None)
            packed, now = _pack(pending), f"{time.time():.3f}"
            found = _script(_SAVE)(keys, [row_id, before, packed, user_id, now])
            if found == SAVED:
                self._remember(row_id, packed)
                return pending
            before = found
        raise ConcurrentUpdate

    def _remember(self, row_id: int, packed: bytes) -> None:
        """Only a guess, so it does no harm to forget all of it."""
        if len(self._written) >= MAX_REMEMBERED:
            self._written.clear()
        self._written[row_id] = packed

    def oldest(self, count: int) -> dict[int, PendingRows]:
        """See LocalStore."""
        students = [int(each) for each in _client().zrange(STUDENTS, 0, count - 1)]
        pipeline = _client().pipeline(transaction=False)
        for user_id in students:
            pipeline.hgetall(_key(user_id))
        return dict(zip(students, map(_rows_of, pipeline.execute()), strict=True))

    def of(self, user_id: int) -> PendingRows:
        """See LocalStore."""
        return _rows_of(_client().hgetall(_key(user_id)))

    def remove(self, user_id: int, written: PendingRows, *, late: Collection[int] = ()) -> None:
        """See LocalStore."""
        fields: list[Any] = []
        for pk, each in written.items():
            base = None if pk in late else each.state.reported_at
            fields += [pk, _pack(each), _microseconds(base)]
        arguments = [user_id, f"{time.time():.3f}", *fields]
        _script(_REMOVE)([_key(user_id), STUDENTS], arguments)
        for row_id in written:
            self._written.pop(row_id, None)

    def backlog(self) -> tuple[int, float]:
        """See LocalStore."""
        client = _client()
        first = client.zrange(STUDENTS, 0, 0, withscores=True)
        return client.zcard(STUDENTS), next((float(score) for _, score in first), 0.0)

    def take_turn(self, seconds: float) -> bool:
        """Whether nobody else has taken the turn to flush within so many seconds."""
        return bool(_client().set(TURN, 1, nx=True, px=int(seconds * 1000)))


def _script(text: str) -> Any:
    return _prepared(_client(), text)


@cache
def _prepared(client: Any, text: str) -> Any:
    return client.register_script(text)


def _client() -> Any:
    """redis-py's types know bytes and strings, and no setting that tells them apart."""
    return redis_client()


def _key(user_id: int) -> str:
    return f"{STUDENTS}:{user_id}"


def _rows_of(fields: Mapping[bytes, bytes]) -> PendingRows:
    return {int(pk): _unpack(packed) for pk, packed in fields.items()}


def _pack(pending: Pending) -> bytes:
    state = pending.state
    moments = [_microseconds(pending.base), _microseconds(state.reported_at)]
    parts = [*moments, state.position, state.seconds, state.budget]
    return ":".join(map(str, parts)).encode()


def _unpack(packed: bytes) -> Pending:
    base, reported_at, position, seconds, budget = map(int, packed.split(b":"))
    return Pending(WatchState(position, seconds, budget, _moment(reported_at)), _moment(base))


def _microseconds(moment: datetime | None) -> int:
    """Since 1970; -1 for None."""
    return -1 if moment is None else (moment - EPOCH) // MICROSECOND


def _moment(microseconds: int) -> datetime | None:
    """The opposite."""
    return None if microseconds < 0 else EPOCH + microseconds * MICROSECOND
