import { lookFunction } from './shell.ts'

/**
 * Keeps one service running without the grabber, in a few hundred kilobytes. Its own end does not end the service: then the next
 * shim is given the pid and the start time of the process that runs already, and watches it instead of starting a second one.
 */
export const shimScript = String.raw`# shim.sh LAUNCH RUN LOG LOG-LIMIT CGROUP RESTARTS LAST-END [PID START-TICKS]
set -u
umask 027
launch=$1 run=$2 log=$3 limit=$4 cgroup=$5 restarts=$6 end=$7

main() {
  look $$
  shim_born=$ticks
  keep_log_small &
  if [ $# -gt 7 ]; then adopt "$8" "$9"; else start; fi
  while :; do
    wait_for_end
    end_leftovers
    back_off
    restarts=$((restarts + 1))
    start
  done
}

${lookFunction}

is_alive() { look "$1" && [ "$ticks" = "$2" ] && [ "$state" != Z ] && [ "$state" != X ]; }

now() {
  read -r now _ </proc/uptime
  now=${'$'}{now%.*}
}

# Its process is known before it runs a line of the service: there is no moment in which nobody could find it.
start() {
  (
    read -r pid _ </proc/self/stat
    look "$pid"
    born=$ticks
    record
    exec setsid /bin/sh "$launch"
  ) </dev/null >>"$log" 2>&1 &
  pid=$! adopted=''
  look "$pid"
  born=$ticks
  now
  since=$now
}

adopt() {
  pid=$1 born=$2 adopted=yes
  record
  now
  since=$now
}

record() {
  read -r boot </proc/sys/kernel/random/boot_id
  printf '{"v":1,"identity":{"bootId":"%s","pid":%s,"startTicks":%s},"shim":{"bootId":"%s","pid":%s,"startTicks":%s},"restarts":%s%s}\n' \
    "$boot" "$pid" "$born" "$boot" $$ "$shim_born" "$restarts" "$end" >"$run.new" && mv -f "$run.new" "$run"
}

wait_for_end() {
  if [ -n "$adopted" ]; then
    while is_alive "$pid" "$born"; do sleep 2; done
    how=''
  else
    wait "$pid"
    describe $?
  fi
  end=",\"lastEnd\":{\"pid\":$pid$how,\"at\":$(date +%s)000}"
  record
}

describe() {
  signal=''
  [ "$1" -le 128 ] || signal=$(kill -l $(($1 - 128)) 2>/dev/null)
  if [ -n "$signal" ]; then how=",\"signal\":\"$signal\""; else how=",\"code\":$1"; fi
}

# What it left behind may hold its port.
end_leftovers() {
  if signal_leftovers TERM; then
    sleep 1
    signal_leftovers KILL
  fi
}

signal_leftovers() {
  found=1
  kill -s "$1" -- "-$pid" 2>/dev/null && found=0
  [ -z "$cgroup" ] || for other in $(cat "$cgroup" 2>/dev/null); do kill -s "$1" "$other" 2>/dev/null && found=0; done
  return $found
}

pause=1
back_off() {
  now
  [ $((now - since)) -lt 60 ] || pause=1
  sleep "$pause"
  pause=$((pause * 2))
  [ "$pause" -le 30 ] || pause=30
}

# Woken by the log's growth alone: tail waits for the kernel to tell of it, head ends at the limit.
keep_log_small() {
  rotated=-60
  while :; do
    tail -c +1 -f "$log" 2>/dev/null | head -c "$limit" >/dev/null
    if [ "$(($(wc -c <"$log") + 0))" -ge "$limit" ]; then rotate; else sleep 10; fi
  done
}

# The service goes on writing at the end of the same file. One that floods it loses what it writes, not what it wrote before.
rotate() {
  now
  if [ $((now - rotated)) -lt 5 ]; then
    : >"$log"
    echo "[apptracker] $limit bytes and more were dropped: they came within 5 seconds." >>"$log"
  else
    for number in 3 2 1; do [ ! -f "$log.$number" ] || mv -f "$log.$number" "$log.$((number + 1))"; done
    head -c $((limit * 2)) "$log" >"$log.1"
    : >"$log"
  fi
  rotated=$now
}

main "$@"
`
