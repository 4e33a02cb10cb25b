const escape = '\u001b'
const bell = '\u0007'
const controlSequence = new RegExp(`${escape}\\[[0-?]*[ -/]*[@-~]`, 'g')
const systemCommand = new RegExp(`${escape}\\][^${bell}${escape}]*(${bell}|${escape}\\\\)?`, 'g')
const otherControls = /[^\P{Cc}\t\n]/gu
/** They make text read otherwise than it is written. */
const directionMarks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** What a program printed, without colours and anything else that a terminal would act on. */
export const plainText = (text: string): string =>
  lastRewrite(text.replace(controlSequence, '').replace(systemCommand, ''))
    .replace(otherControls, '')
    .replace(directionMarks, '')

/** A progress display rewrites its line by carriage returns: what a person would see last is what counts. */
const lastRewrite = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.split('\r').findLast((part) => part !== '') ?? '')
    .join('\n')
