/** One word of a POSIX shell, whatever it holds. */
export const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** A function of shell scripts: sets $state and $ticks of process $1. Its name may hold any character, a line break too. */
export const lookFunction = String.raw`look() {
  stat='' state=X ticks=''
  while read -r line; do stat=$line; done 2>/dev/null <"/proc/$1/stat"
  [ -n "$stat" ] || return 1
  set -- ${'$'}{stat##*) }
  state=$1
  shift 19
  ticks=$1
}`
