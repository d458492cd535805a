# shellcheck shell=bash
# Keeps the processes of the shop running. Sourced after common.sh by a script that defines
# start_NAME, which spawns a process, and title[NAME] for each of them.

declare -A title=() pids=() began=() failures=() due=()

begin() {
  "start_$1"
  pids[$1]=$! began[$1]=$SECONDS
  unset "due[$1]"
}

is_running() { kill -0 "${pids[$1]}" 2>/dev/null; }

# More ends than this in a row, each within a minute of its start: the process cannot start.
MAX_FAILURES=5

# Ends what is left of a process that has ended, and plans when it starts again.
plan_restart() {
  local name=$1 pid=${pids[$1]} delay
  kill -KILL -- "-$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  forget "$pid"
  ((SECONDS - ${began[$name]} < 60)) || failures[$name]=0
  failures[$name]=$((${failures[$name]:-0} + 1))
  ((${failures[$name]} <= MAX_FAILURES)) ||
    die "The ${title[$name]} ended again and again, so the shop was stopped; its own words stand above."
  delay=$((2 ** (${failures[$name]} - 1)))
  say "- The ${title[$name]} ended unexpectedly; it starts again in $delay s."
  due[$name]=$((SECONDS + delay))
}

# Starts again whatever ends, until a signal ends the shop. Nothing else may: neither a pause that
# was cut short nor a reader of our words that has gone.
supervise() {
  local name
  trap '' PIPE
  while :; do
    pause 0.5
    for name in "${!pids[@]}"; do
      if [[ -z ${due[$name]:-} ]]; then
        is_running "$name" || plan_restart "$name"
      elif ((SECONDS >= ${due[$name]})); then
        begin "$name"
      fi
    done
  done
}
