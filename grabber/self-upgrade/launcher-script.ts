/**
 * What a host really starts: a shell of a megabyte that outlives every grabber, so that a new one that is broken in whatever way is
 * replaced by the old one. It is installed once and has to get on with grabbers of all versions: the files in `upgrade/` are
 * the contract (slots.ts). It decides only while no grabber lives; each decision is one rename, which a kill cannot halve.
 */
export const launcherScript = `#!/bin/sh
# sh launcher STATE NODE [FLAG...]: keeps a grabber running; GRABBER_TRIAL_WINDOW: seconds that a new one has to report in.
set -u
state=$1 node=$2
shift 2
window=\${GRABBER_TRIAL_WINDOW:-30}
export GRABBER_LAUNCHER=$$
cd "$state/upgrade" || exit 1
child='' stopping='' deaths=0

say() { echo "launcher: $*" >&2; }
now() { read -r now _ </proc/uptime; now=\${now%.*}; }
line() { line=''; read -r line 2>/dev/null <"$1"; }
settle() { sync . 2>/dev/null || sync; }
stop() { stopping=yes; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null; }

# PID START-TIME
runs() {
  stat=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null)
  case $stat in Z* | X* | '') return 1 ;; esac
  [ "$(echo "$stat" | cut -d ' ' -f 20)" = "$2" ]
}

# A grabber whose launcher was killed: two must not run, and a dead one cannot prove itself any more.
end_leftover() {
  holder=$(sed -n 's/.*"bootId":"\\([^"]*\\)","pid":\\([0-9]*\\),"startTicks":\\([0-9]*\\).*/\\1 \\2 \\3/p' ../grabber.lock 2>/dev/null)
  set -- $holder
  [ $# = 3 ] && [ "$1" = "$(cat /proc/sys/kernel/random/boot_id)" ] && runs "$2" "$3" || return 0
  say "ending grabber $2, which is not mine"
  kill -TERM "$2"
  tries=100
  while runs "$2" "$3"; do
    tries=$((tries - 1))
    [ $tries != 0 ] || { kill -KILL "$2"; return; }
    sleep 0.1 9>&-
  done
}

# Starts the grabber whose slot is in $line.
start() {
  directory=\${line#* }
  (cd "$directory" && exec "$node" "$directory/grabber.cjs" run --state "$state" "$@") 9>&- &
  child=$!
  [ -z "$stopping" ] || stop
}

# A signal for the launcher interrupts a wait.
ended() {
  while wait "$child"; code=$?; kill -0 "$child" 2>/dev/null; do :; done
  child=''
}

is_proven() {
  line good
  [ "$line" = "$begun" ]
}

fail_trial() {
  say "back to the old grabber: $1"
  echo "$1" >reason
  mv -f begun failed
  settle
}

# One chance, however it ends: what takes the launcher or the host down with it is not tried again.
try() {
  settle
  line begun
  begun=$line
  say "trying $begun"
  start "$@"
  left=$((window * 10))
  while [ $left -gt 0 ] && kill -0 "$child" 2>/dev/null; do
    if is_proven; then
      rm -f begun
      say 'the new grabber has reported in'
      ended
      return 0
    fi
    sleep 0.1 9>&-
    left=$((left - 1))
  done
  reason="it did not report in within $window s"
  if kill -0 "$child" 2>/dev/null; then kill -KILL "$child"; else reason=''; fi
  ended
  [ -n "$reason" ] || reason="it ended by itself with exit code $code before it reported in"
  if is_proven; then
    rm -f begun
    return 0
  fi
  [ -z "$stopping" ] || { mv -f begun trial; return 0; }
  fail_trial "$reason"
  return 1
}

# Ended without being asked to: again, more slowly each time. One that only just replaced another and keeps dying is replaced by that.
count_death() {
  now
  if [ $((now - since)) -ge 60 ]; then
    deaths=0
    rm -f previous
  fi
  deaths=$((deaths + 1))
  say "the grabber ended with exit code $code"
  if [ $deaths -ge 3 ] && [ -e previous ]; then
    say 'back to the old grabber: the new one keeps dying'
    echo "it ended by itself $deaths times in a row, last with exit code $code" >reason
    mv -f good failed
    mv -f previous good
    settle
    deaths=0
    return
  fi
  pause=$((1 << (deaths > 5 ? 5 : deaths - 1)))
  sleep $pause 9>&- &
  wait $!
}

exec 9>>lock
flock -w 5 9 || { say "another one is at work on $state"; exit 1; }
echo $$ >lock
trap stop TERM INT

if [ -e begun ]; then
  end_leftover
  line begun
  begun=$line
  if is_proven; then rm -f begun; else fail_trial 'its trial was interrupted'; fi
fi
[ -e good ] || [ ! -e previous ] || mv -f previous good

while [ -z "$stopping" ]; do
  end_leftover
  now
  since=$now
  if [ -e trial ] && mv -f trial begun; then
    try "$@" || continue
  else
    line good
    start "$@"
    ended
  fi
  [ -n "$stopping" ] || [ -e trial ] || count_death
done
`
