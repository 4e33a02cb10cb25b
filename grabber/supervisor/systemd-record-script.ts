import { lookFunction } from './shell.ts'

/** What a unit runs when its process was started or has ended, so that this is known from disk just as with a shim. */
export const recordScript = String.raw`# record.sh RUN started|ended
set -u
umask 077
run=$1

${lookFunction}

known() { sed -n "s/.*$1.*/\1/p" "$run" 2>/dev/null; }

record() {
  printf '{"v":1,"identity":%s,"restarts":%s%s}\n' "$identity" "$restarts" "$end" >"$run.new" && mv -f "$run.new" "$run"
}

# One that has ended already has no start time any more.
started() {
  restarts=$(known '"restarts":\([0-9]*\)')
  restarts=$((${'$'}{restarts:--1} + 1))
  end=$(known '\(,"lastEnd":{[^}]*}\)')
  look "$MAINPID"
  read -r boot </proc/sys/kernel/random/boot_id
  identity="{\"bootId\":\"$boot\",\"pid\":$MAINPID,\"startTicks\":${'$'}{ticks:-0}}"
  record
}

# One that could not even be started is no process.
ended() {
  identity=$(known '"identity":\({[^}]*}\)')
  restarts=$(known '"restarts":\([0-9]*\)')
  [ -n "$identity" ] && [ -n "${'$'}{EXIT_CODE-}" ] || return
  case $EXIT_CODE in
    exited) how=",\"code\":$EXIT_STATUS" ;;
    *) how=",\"signal\":\"$EXIT_STATUS\"" ;;
  esac
  pid=${'$'}{identity#*'"pid":'}
  pid=${'$'}{pid%%,*}
  end=",\"lastEnd\":{\"pid\":$pid$how,\"at\":$(date +%s)000}"
  record
}

"$2"
`
