# shellcheck shell=bash
# Servers and tools that only the tests need: found or installed, started on free ports of
# 127.0.0.1 with data in a scratch folder, ended with the script. Sourced after common.sh.

# Where throw-away data lies: in memory if there is enough, so that nothing waits for the disk.
memory_or_disk() {
  local free=0
  if [[ -w /dev/shm ]]; then free=$(df --output=avail -k /dev/shm | tail -n 1); fi
  if ((free > 4000000)); then echo /dev/shm; else echo "${TMPDIR:-/tmp}"; fi
}

need_mariadb() { command -v mariadbd >/dev/null || [[ -x /usr/sbin/mariadbd ]] || need_packages mariadb-server; }

# What makes two MariaDBs a cluster; rsync makes the second a copy of the first.
need_galera() {
  local missing=()
  [[ -f /usr/lib/galera/libgalera_smm.so ]] || missing+=(galera-4)
  command -v rsync >/dev/null || missing+=(rsync)
  [[ ${#missing[@]} -eq 0 ]] || need_packages "${missing[@]}"
}

need_redis() { command -v redis-server >/dev/null || need_packages redis-server; }

# It stands where only root looks for programs.
need_nginx() {
  export PATH=$PATH:/usr/sbin
  command -v nginx >/dev/null || need_packages nginx
}

# What checks the files of deploy/: each by its own program.
need_deployment_tools() {
  local missing=() module=/usr/lib/nginx/modules/ngx_http_brotli_filter_module.so
  export PATH=$PATH:/usr/sbin
  command -v systemd-analyze >/dev/null || missing+=(systemd)
  command -v logrotate >/dev/null || missing+=(logrotate)
  command -v promtool >/dev/null || missing+=(prometheus)
  command -v curl >/dev/null || missing+=(curl)
  command -v haproxy >/dev/null || missing+=(haproxy)
  command -v redis-sentinel >/dev/null || missing+=(redis-sentinel)
  [[ -f $module ]] || missing+=(libnginx-mod-http-brotli-filter libnginx-mod-http-brotli-static)
  [[ ${#missing[@]} -eq 0 ]] || need_packages "${missing[@]}"
}

# What scripts/cluster runs: three hosts with a Galera node, Redis with Sentinel and HAProxy each.
need_cluster() {
  local missing=()
  export PATH=$PATH:/usr/sbin
  need_mariadb
  [[ -f /usr/lib/galera/libgalera_smm.so ]] || missing+=(galera-4)
  command -v mariadb-backup >/dev/null || missing+=(mariadb-backup)
  command -v socat >/dev/null || missing+=(socat)
  command -v haproxy >/dev/null || missing+=(haproxy)
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v redis-sentinel >/dev/null || missing+=(redis-sentinel)
  command -v ip >/dev/null || missing+=(iproute2)
  [[ ${#missing[@]} -eq 0 ]] || need_packages "${missing[@]}"
}

# What scripts/swift runs; the package starts no server by itself.
need_swift() { /usr/bin/python3 -c 'import swift' 2>/dev/null || need_packages python3-swift; }

# common.sh has `has_ffmpeg`, which start asks too.
need_ffmpeg() { has_ffmpeg || need_packages ffmpeg; }

# The shell without windows comes first: it takes two thirds of the whole browser's processor time.
find_chromium() {
  local name
  for name in "${CHROMIUM_PATH:-chromium-headless-shell}" chromium chromium-browser google-chrome-stable google-chrome; do
    command -v "$name" && return
  done
  return 1
}

# Not every distribution packs the shell; any Chromium will do.
need_chromium() {
  command -v "${CHROMIUM_PATH:-chromium-headless-shell}" >/dev/null ||
    { apt_allowed && (need_packages chromium-headless-shell); } ||
    find_chromium >/dev/null || need_packages chromium
  [[ -n $(find /usr/share/fonts /usr/local/share/fonts ~/.fonts -iname '*cjk*' -print -quit 2>/dev/null) ]] ||
    need_packages fonts-noto-cjk
}

# A server must not run as root; Debian's package has made a user for it.
as_mysql() {
  if [[ $EUID -eq 0 ]]; then echo "--user=mysql"; fi
}

# Sets MARIADB_URL. The data is thrown away, so nothing waits for the disk. It stands outside the
# project's folder, into which the server's own user may have no way.
start_mariadb() {
  local dir="$scratch/mariadb" port tries=300 path=$PATH:/usr/sbin
  port=$(free_port)
  mkdir "$dir"
  if [[ $EUID -eq 0 ]]; then chown mysql "$dir"; fi
  PATH=$path step "Creating a MariaDB for the tests" mariadb-install-db --no-defaults --datadir="$dir/data" \
    --skip-test-db --auth-root-authentication-method=normal $(as_mysql)
  PATH=$path spawn mariadbd --no-defaults $(as_mysql) --datadir="$dir/data" --socket="$dir/socket" \
    --pid-file="$dir/pid" --bind-address=127.0.0.1 --port="$port" --skip-name-resolve --skip-log-bin \
    --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-buffer-pool-size=256M \
    --innodb-stats-persistent=0 --max-connections=500 \
    >"$LOG_DIR/mariadb.log" 2>&1
  until mariadb --no-defaults --socket="$dir/socket" -u root -e \
    "CREATE USER luffy@127.0.0.1 IDENTIFIED BY 'luffy'; GRANT ALL ON *.* TO luffy@127.0.0.1;" 2>/dev/null; do
    ((tries-- > 0)) || die "MariaDB did not start; see $LOG_DIR/mariadb.log."
    pause 0.1
  done
  MARIADB_URL="mysql://luffy:luffy@127.0.0.1:$port/luffy"
}

# Sets REDIS_TEST_URL.
start_redis() {
  local port tries=100
  port=$(free_port)
  spawn redis-server --port "$port" --bind 127.0.0.1 --save "" --appendonly no --dir "$scratch" \
    >"$LOG_DIR/redis.log" 2>&1
  until [[ $(redis-cli -p "$port" ping 2>/dev/null) == PONG ]]; do
    ((tries-- > 0)) || die "Redis did not start; see $LOG_DIR/redis.log."
    pause 0.1
  done
  REDIS_TEST_URL="redis://127.0.0.1:$port/0"
}

# Sets SEARCH_TEST_URL where the real Elasticsearch core stands beside the project; without it the
# tests of search do without. It leaves our process group, so a child of ours ends it with us.
start_elasticsearch() {
  local core=../shared/es_core port
  if [[ ! -x $core/start ]]; then
    say "- No $core beside the project: search is not tested on Elasticsearch"
    return
  fi
  port=$(free_port)
  # Java's second compiler used more processor time than all searches, and pays off after hours.
  local options="${JAVA_TOOL_OPTIONS:-} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
  if SEARCH_TEST_URL=$(JAVA_TOOL_OPTIONS=$options "$core/start" "$port" "$scratch/elasticsearch" 2>"$LOG_DIR/elasticsearch.log"); then
    spawn bash -c 'trap "$0 $1; exit" TERM; while sleep 3600 & wait $!; do :; done' "$core/stop" "$port"
    return
  fi
  tail -n 5 "$LOG_DIR/elasticsearch.log" >&2
  [[ -z ${CI:-} ]] || die "$core did not start; $LOG_DIR/elasticsearch.log says why."
  say "- $core did not start (above): search is not tested on Elasticsearch"
}
