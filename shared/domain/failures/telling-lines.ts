const keptLines = 6
const keptLength = 300
/** Of output in which nothing speaks of an error: what a program says last before it dies. */
const keptLastLines = 3

/** `TypeError: …`, `panic: …`, ` ERROR …`: not `new Error(…)`, which is a line of source. Every repetition has a bound. */
const namesError =
  /(?<![\w.])(?:[A-Za-z][\w.]{0,80})?(?:Error|Exception)(?![\w(])|(?<!\w)(?:ERROR|FATAL|CRITICAL|PANIC|ERR!)(?!\w)|(?<!\w)(?:error|fatal|panic|fatal error)(?:\[\w{1,20}\])?:/
const speaksOfError =
  /(?<!\w)(?:cannot|can't|could not|couldn't|unable|fail(?:ed|ure|s)?|refused|denied|rejected|expired|invalid|missing|required|unsupported|unknown|unreachable|undefined|error|exception|fatal|killed|abort(?:ed|ing)?|core dumped|segmentation fault|no such|no space|out of memory|in use|timed? ?out|not (?:set|found|permitted|allowed|available|defined|supported|given))(?!\w)/i
const stackFrame = /^\s{0,80}at /

/** 2: names an error. 1: speaks of one. 0: neither. */
const loudness = (line: string): 0 | 1 | 2 => {
  if (stackFrame.test(line)) return 0
  if (namesError.test(line)) return 2
  return speaksOfError.test(line) ? 1 : 0
}

/** Whether a line speaks of an error, so that hosts which differ in it failed for different reasons. */
export const isLoud = (line: string): boolean => loudness(line) > 0

/**
 * The few lines of a service's output that tell why it failed: those that name an error, then those that speak of one, each
 * in their order; if none does, the last ones, backwards. The most telling is the first.
 */
export const tellingLines = (output: readonly string[]): string[] => {
  const loud: Record<0 | 1 | 2, string[]> = { 0: [], 1: [], 2: [] }
  for (const line of output) loud[loudness(line)].push(line)
  const chosen =
    loud[2].length + loud[1].length > 0 ? [...loud[2], ...loud[1]] : loud[0].slice(-keptLastLines).reverse()
  return [...new Set(chosen.map((line) => line.trim().slice(0, keptLength)))].slice(0, keptLines)
}
