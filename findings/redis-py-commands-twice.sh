#!/usr/bin/env bash
# redis-py sends a command again whose answer was lost: one job is queued twice, the right code is unknown.
#
# Version:  redis 8.1.0 (Python), ioredis 6.0.0 and redis 6.3.1 (node 20), with Debian's redis-server, whose version is
#           printed first.
# Expected: When the connection breaks while an answer is awaited, a client cannot know whether the command was done. It
#           raises an error and leaves the rest to whoever knows the command, as the redis of node does.
# Seen:     redis-py repeats every command by default, after a broken connection and after `socket_timeout` alike. Redis had
#           done the first one: INCR counts two, RPUSH queues the job twice, GETDEL returns None for a code that was
#           there, SET NX says that somebody else has the lock. The caller gets the second answer and no
#           exception. Of ioredis the same is true.
# Matters:  A restart of Redis or of a proxy in front of it, or one slow second, is enough: a text message goes out twice,
#           a student's right code is wrong, and a lock is held by nobody. `retry=None` turns it off. Or let all
#           commands be such that may be repeated.
#
# Output seen (answer to a command whose first answer is lost):
#   redis-py: INCR 2, RPUSH 2, GETDEL None, SET NX None
#   redis-py, answer too late: INCR 2, RPUSH 2, GETDEL None, SET NX None
#   redis-py, retry=None: INCR error, RPUSH error, GETDEL error, SET NX error
#   ioredis: INCR 2, RPUSH 2, GETDEL None, SET NX None
#   redis of node: INCR error, RPUSH error, GETDEL error, SET NX error
set -euo pipefail
command -v redis-server > /dev/null || { echo "Redis is missing (apt-get install redis-server)." >&2; exit 2; }
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
redis-server --version | cut -d ' ' -f 1-3
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check redis==8.1.0
npm install --silent --no-audit --no-fund --prefix "$folder" ioredis@6.0.0 redis@6.3.1 > /dev/null
redis-server --port 0 --unixsocket "$folder/redis" --save '' --dir "$folder" > "$folder/redis.log" &

cat > "$folder/proxy.py" <<'PYTHON'
"""Between a client and Redis; the first answer about each key `lost…` or `late…` does not come, or comes too late."""
import re
import socket
import sys
import threading
import time

path, told = sys.argv[1:]
done = set()


def serve(client):
    with client, socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        while asked := client.recv(65536):
            server.sendall(asked)
            answer = server.recv(65536)
            key = re.search(rb"(lost|late):\S+", asked)
            if key and key[0] not in done:
                done.add(key[0])
                if key[1] == b"lost":
                    return
                time.sleep(1)
            try:
                client.sendall(answer)
            except OSError:
                return


listener = socket.create_server(("127.0.0.1", 0))
with open(told, "w") as file:
    print(listener.getsockname()[1], file=file)
while True:
    threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()
PYTHON

cat > "$folder/ask.py" <<'PYTHON'
import sys

import redis

port, path = int(sys.argv[1]), sys.argv[2]
direct = redis.Redis(unix_socket_path=path)


def show(name, prefix, **options):
    client = redis.Redis(port=port, socket_timeout=0.5, decode_responses=True, **options)
    client.ping()
    direct.set(f"{prefix}:code", "1234")
    commands = {
        "INCR": lambda: client.incr(f"{prefix}:count"),
        "RPUSH": lambda: client.rpush(f"{prefix}:queue", "job"),
        "GETDEL": lambda: client.getdel(f"{prefix}:code"),
        "SET NX": lambda: client.set(f"{prefix}:lock", "me", nx=True),
    }
    told = []
    for command, send in commands.items():
        try:
            told.append(f"{command} {send()}")
        except redis.RedisError:
            told.append(f"{command} error")
    print(f"{name}:", ", ".join(told))


show("redis-py", "lost:1")
show("redis-py, answer too late", "late:2")
show("redis-py, retry=None", "lost:3", retry=None)
PYTHON

cat > "$folder/ask.cjs" <<'SCRIPT'
const Redis = require('ioredis')
const { createClient } = require('redis')
const [port, path] = process.argv.slice(2)

async function show(name, commands) {
  const told = []
  for (const [command, send] of Object.entries(commands)) {
    told.push(`${command} ${await send().then((answer) => answer ?? 'None').catch(() => 'error')}`)
  }
  console.log(`${name}: ${told.join(', ')}`)
}
async function main() {
  const direct = createClient({ socket: { path } })
  await direct.connect()
  const io = new (Redis.default ?? Redis)(Number(port))
  io.on('error', () => undefined)
  await direct.set('lost:4:code', '1234')
  await show('ioredis', {
    INCR: () => io.incr('lost:4:count'),
    RPUSH: () => io.rpush('lost:4:queue', 'job'),
    GETDEL: () => io.getdel('lost:4:code'),
    'SET NX': () => io.set('lost:4:lock', 'me', 'NX'),
  })
  const client = createClient({ socket: { port: Number(port) } })
  client.on('error', () => undefined)
  await client.connect()
  await direct.set('lost:5:code', '1234')
  await show('redis of node', {
    INCR: () => client.incr('lost:5:count'),
    RPUSH: () => client.rPush('lost:5:queue', 'job'),
    GETDEL: () => client.getDel('lost:5:code'),
    'SET NX': () => client.set('lost:5:lock', 'me', { NX: true }),
  })
  process.exit()
}
main()
SCRIPT

for _ in $(seq 100); do [[ -S $folder/redis ]] && break; sleep 0.1; done
python3 "$folder/proxy.py" "$folder/redis" "$folder/port" &
for _ in $(seq 100); do [[ -s $folder/port ]] && break; sleep 0.1; done
{
  "$folder/venv/bin/python" "$folder/ask.py" "$(cat "$folder/port")" "$folder/redis"
  node "$folder/ask.cjs" "$(cat "$folder/port")" "$folder/redis"
} | tee "$folder/seen"
sed -n '/^# Output seen/,/^set -/s/^#   //p' "$0" > "$folder/before"
diff "$folder/before" "$folder/seen" || { echo "The behaviour has changed." >&2; exit 1; }
