#!/usr/bin/env bash
# A connection of redis-py's Sentinel gives the late answer of one command to the next one.
#
# Version:  redis 8.1.0 (redis-py), with a Redis 7 and its Sentinel.
# Expected: after a timeout the connection is closed, as redis-py's plain connection does it
#           (Connection.read_response has disconnect_on_error=True).
# Seen:     SentinelManagedConnection.read_response has disconnect_on_error=False. Where the Retry of the client
#           does not name TimeoutError among its supported_errors, nobody else closes the connection either: it
#           goes back to the pool with an answer on its way, and every later command gets that of the one before.
# Matters:  whoever asks next reads somebody else's value, without an error. In a shop a counter got b"OK", and
#           a cache would have got the page of another student. A subclass with True cures it.
#
# Output seen:
#   plain connection: timeout, then ECHO second -> b'second'
#   Sentinel:         timeout, then ECHO second -> b'first'
set -euo pipefail
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check redis==8.1.0

printf 'port 26399\nsentinel monitor main 127.0.0.1 16399 1\n' > "$folder/sentinel.conf"
redis-server --port 16399 --save '' --dir "$folder" > "$folder/redis.log" &
redis-sentinel "$folder/sentinel.conf" > "$folder/sentinel.log" &
sleep 2

cat > "$folder/late.py" <<'PYTHON'
from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Lost
from redis.exceptions import TimeoutError
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelConnectionPool

options = {"socket_timeout": 0.3, "retry": Retry(NoBackoff(), 1, supported_errors=(Lost,))}
pools = {
    "plain connection:": ConnectionPool(port=16399, **options),
    "Sentinel:        ": SentinelConnectionPool("main", Sentinel([("127.0.0.1", 26399)]), **options),
}
for name, pool in pools.items():
    client = Redis(connection_pool=pool)
    client.set("key", "first")
    Redis(port=16399).execute_command("CLIENT", "PAUSE", 450, "ALL")
    try:
        client.get("key")
    except TimeoutError:
        print(name, "timeout, then ECHO second ->", client.echo("second"))
PYTHON
seen=$("$folder/venv/bin/python" "$folder/late.py")
echo "$seen"
[[ $seen == *"plain"*"b'second'"*"Sentinel"*"b'first'" ]] || exit 1
