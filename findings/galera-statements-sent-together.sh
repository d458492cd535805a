#!/usr/bin/env bash
# A Galera node undoes a transaction between two statements that were sent together, and carries out the others.
#
# Version:  MariaDB 10.11 with galera-4 26.4 (Debian 12), mysqlclient 2.3.1.
# Expected: a transaction that a rival's undoes is told so, by error 1213 of one of its statements or of COMMIT, and
#           nothing of it stays. That holds for statements that are sent one by one.
# Seen:     When they are sent together in one text (as multi statements, to save round trips) the rival's rows may
#           arrive between two of them. Then no answer has an error: what came before is undone, each statement
#           that follows is committed by itself. It is a matter of chance: once in some hundred rounds with forty
#           INSERTs, once in sixty with the six of a real payment on a busy machine.
# Matters:  A row that says who won stands beside rows of the one who lost: an order that two payments have each
#           paid. A client of a cluster must send the statements of a transaction one by one.
#
# Output seen (how they were sent | undone in silence):
#   one by one | never
#   together | yes
set -euo pipefail
[[ $EUID -eq 0 ]] || { echo "run it as root, for the servers' own user"; exit 1; }
command -v mariadbd >/dev/null && [[ -f /usr/lib/galera/libgalera_smm.so ]] ||
  apt-get install -y -qq mariadb-server galera-4 rsync >/dev/null
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
chmod 755 "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mysqlclient==2.3.1

export PATH=$PATH:/usr/sbin
free_port() { python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
first_group=$(free_port) second_group=$(free_port)

# start NAME GROUP_PORT ADDRESS_OF_THE_CLUSTER [OPTION …]
start() {
  local name=$1 group=$2 address=$3
  shift 3
  mkdir "$folder/$name"
  chown mysql "$folder/$name"
  mariadb-install-db --no-defaults "--datadir=$folder/$name/data" --user=mysql \
    --auth-root-authentication-method=normal >"$folder/$name.install.log"
  mariadbd --no-defaults --user=mysql "--datadir=$folder/$name/data" "--socket=$folder/$name/socket" \
    --bind-address=127.0.0.1 "--port=$(free_port)" "--pid-file=$folder/$name/pid" --binlog-format=ROW \
    --innodb-autoinc-lock-mode=2 --innodb-flush-log-at-trx-commit=0 --wsrep-on=ON \
    --wsrep-provider=/usr/lib/galera/libgalera_smm.so --wsrep-cluster-name=pair "--wsrep-cluster-address=$address" \
    "--wsrep-provider-options=base_port=$group;gmcast.listen_addr=tcp://127.0.0.1:$group;ist.recv_addr=127.0.0.1:$(free_port)" \
    --wsrep-node-address=127.0.0.1 --wsrep-sst-method=rsync "--wsrep-sst-receive-address=127.0.0.1:$(free_port)" \
    "$@" >"$folder/$name.log" 2>&1 &
  for _ in $(seq 300); do
    mariadb --no-defaults "--socket=$folder/$name/socket" -uroot -BNe "SHOW STATUS LIKE 'wsrep_local_state_comment'" \
      2>/dev/null | grep -q Synced && return
    sleep 0.2
  done
  tail "$folder/$name.log" && exit 1
}
start first "$first_group" gcomm:// --wsrep-new-cluster
start second "$second_group" "gcomm://127.0.0.1:$first_group"

cat >"$folder/race.py" <<'PYTHON'
import sys
import threading
import time
from contextlib import suppress

import MySQLdb

folder = sys.argv[1]
FILLING = 40


def node(name, **more):
    return MySQLdb.connect(unix_socket=f"{folder}/{name}/socket", user="root", autocommit=True, **more)


def together(connection, statements):
    cursor = connection.cursor()
    cursor.execute("; ".join(statements))
    while cursor.nextset() is not None:
        pass


def one_by_one(connection, statements):
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)


def is_undone_in_silence(send, pause):
    """Whether the loser of a race is told nothing, and has left rows."""
    loser, winner = node("first", database="shop"), node("second", database="shop")
    for each in (loser, winner):
        each.query("SET SESSION wsrep_sync_wait = 7")
    one_by_one(loser, ["DELETE FROM line", "UPDATE bill SET payer = ''", "BEGIN"])
    one_by_one(loser, ["UPDATE bill SET payer = 'loser'"])

    def win():
        time.sleep(pause)
        with suppress(MySQLdb.OperationalError):  # it may lose as well
            one_by_one(winner, ["UPDATE bill SET payer = 'winner' WHERE payer = ''"])

    rival = threading.Thread(target=win)
    rival.start()
    try:
        statements = ["INSERT INTO line (payer) VALUES ('loser')"] * FILLING + ["COMMIT"]
        send(loser, statements)
        told = False
    except MySQLdb.OperationalError:
        told = True
    rival.join()
    check = node("first", database="shop")
    check.query("SET SESSION wsrep_sync_wait = 7")
    cursor = check.cursor()
    cursor.execute("SELECT payer, (SELECT COUNT(*) FROM line) FROM bill")
    found = cursor.fetchone()
    for each in (loser, winner, check):
        each.close()
    return not told and found[0] == "winner" and found[1] > 0


with node("first") as connection:
    one_by_one(connection, ["CREATE DATABASE shop"])
with node("first", database="shop") as connection:
    one_by_one(
        connection,
        [
            "CREATE TABLE bill (id INT PRIMARY KEY, payer VARCHAR(9))",
            "CREATE TABLE line (payer VARCHAR(9), id INT AUTO_INCREMENT PRIMARY KEY)",
            "INSERT INTO bill VALUES (1, '')",
        ],
    )
ROUNDS = 400
for name, send in (("one by one", one_by_one), ("together", together)):
    seen = any(is_undone_in_silence(send, number % 20 * 0.0002) for number in range(ROUNDS))
    print(f"{name} | {'yes' if seen else 'never'}", flush=True)
PYTHON
"$folder/venv/bin/python" "$folder/race.py" "$folder" | tee "$folder/seen"
diff "$folder/seen" <(printf 'one by one | never\ntogether | yes\n')
