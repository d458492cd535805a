"""How many devices of one account play at once: settings.PLAYER_MAX_DEVICES.

A device is a login, since whoever passes on a password logs in anew. One that starts to play claims
a place, and the one that started longest ago loses its own: it is refused at its next report. A
device that has not reported for ALIVE_SECONDS does not play. Places are in Redis, for all
processes; without REDIS_URL each process has its own, and while Redis is away everybody may play:
a course that was paid for does not stop because of a cache.
"""

import time
from dataclasses import dataclass, replace
from functools import cache
from threading import Lock
from typing import Any

from django.conf import settings

from luffy_api.apps.learning.exceptions import PlayingElsewhere
from luffy_api.common.redis_circuit import circuit
from luffy_api.common.redis_circuit import client as redis_client

# A player reports every ten seconds; one report may be lost.
ALIVE_SECONDS = 25
# Accounts beyond which a process forgets those that do not play any more.
MAX_ACCOUNTS = 10_000


def claim(*, user_id: int, login: str) -> None:
    """The device of this login starts to play, in place of the one that started longest ago."""
    _admit(user_id, login, is_claim=True)


def require_place(*, user_id: int, login: str) -> None:
    """The device goes on playing. Raises PlayingElsewhere when others have taken its place."""
    if not _admit(user_id, login, is_claim=False):
        raise PlayingElsewhere


def _admit(user_id: int, login: str, *, is_claim: bool) -> bool:
    limit = settings.PLAYER_MAX_DEVICES
    if not limit:
        return True
    if not settings.REDIS_URL:
        return _local.admit(user_id, login, limit=limit, is_claim=is_claim)
    return circuit.call(
        lambda: _admit_by_redis(user_id, login, limit=limit, is_claim=is_claim), lambda: True
    )


@dataclass(frozen=True, slots=True)
class _Device:
    """When it started to play, and when it was heard last; seconds of one clock."""

    since: float
    seen: float


class LocalPlaces:
    """The places of this process."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything; also in a forked child, whose lock may be held by nobody."""
        self._lock = Lock()
        self._accounts: dict[int, dict[str, _Device]] = {}

    def admit(self, user_id: int, login: str, *, limit: int, is_claim: bool) -> bool:
        """Whether the device may play; `_ADMIT` says the same to Redis."""
        now = time.time()
        with self._lock:
            devices = self._playing(user_id, now)
            known = devices.get(login)
            if is_claim or (known is None and len(devices) < limit):
                devices[login] = _Device(now, now)
            elif known is not None:
                devices[login] = replace(known, seen=now)
            while len(devices) > limit:
                others = [each for each in devices if each != login]
                del devices[min(others, key=lambda each: devices[each].since)]
            self._accounts[user_id] = devices
            return login in devices

    def _playing(self, user_id: int, now: float) -> dict[str, _Device]:
        if len(self._accounts) >= MAX_ACCOUNTS:
            for each in list(self._accounts):
                self._accounts[each] = _alive(self._accounts[each], now)
            self._accounts = {pk: found for pk, found in self._accounts.items() if found}
        return _alive(self._accounts.get(user_id, {}), now)


def _alive(devices: dict[str, _Device], now: float) -> dict[str, _Device]:
    return {login: each for login, each in devices.items() if now - each.seen < ALIVE_SECONDS}


# KEYS: the account's hash. ARGV: login, now and how long a device is alive (milliseconds), limit, 1
# for a claim.
_ADMIT = """
local now, known = tonumber(ARGV[2]), nil
local others = {}
local found = redis.call('HGETALL', KEYS[1])
for i = 1, #found, 2 do
    local since, seen = string.match(found[i + 1], '^(%d+):(%d+)$')
    if now - tonumber(seen) >= tonumber(ARGV[3]) then
        redis.call('HDEL', KEYS[1], found[i])
    elseif found[i] == ARGV[1] then
        known = since
    else
        table.insert(others, {tonumber(since), found[i]})
    end
end
if ARGV[5] == '1' or (not known and #others < tonumber(ARGV[4])) then
    known = ARGV[2]
end
if not known then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], known .. ':' .. ARGV[2])
table.sort(others, function(one, other) return one[1] < other[1] end)
for i = 1, #others + 1 - tonumber(ARGV[4]) do
    redis.call('HDEL', KEYS[1], others[i][2])
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""


def _admit_by_redis(user_id: int, login: str, *, limit: int, is_claim: bool) -> bool:
    now, alive = int(time.time() * 1000), ALIVE_SECONDS * 1000
    arguments = [login, now, alive, limit, int(is_claim)]
    return bool(_script(redis_client())([f"luffy:playing:{user_id}"], arguments))


@cache
def _script(client: Any) -> Any:
    return client.register_script(_ADMIT)


_local = LocalPlaces()
clear_local = _local.clear
