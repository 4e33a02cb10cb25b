/* eslint-disable no-control-regex -- control characters are what this file is about */

/** Operating-system commands (set the title, write the clipboard) and their like, up to their end or the end of the text. */
const stringSequence =
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)?/g
const controlSequence = /(?:\u001b\[|\u009b)[0-9:;<=>?]*[ -/]*[@-~]?/g
const otherEscape = /\u001b[ -/]*[0-~]?/g
const control = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g
/** Characters that turn the order of what follows around, or hide. */
const bidirectional = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/g
const colourSequence = /^\u001b\[[0-9:;]*m$/

const marker = '\uE000'

/**
 * Text that came from somewhere else, made fit for one line of a terminal: nothing in it moves the cursor, sets a title
 * or reorders text. Colours stay when `keepColour`, and end with the text.
 */
export const safeText = (text: string, keepColour = false): string => {
  const colours: string[] = []
  const keep = (sequence: string): string => {
    if (!keepColour || !colourSequence.test(sequence)) return ''
    colours.push(sequence)
    return marker
  }
  const plain = text
    .replaceAll(marker, '')
    .replace(stringSequence, '')
    .replace(controlSequence, keep)
    .replace(otherEscape, '')
    .replace(/\r?\n/g, ' ')
    .replace(/\t/g, '    ')
    .replace(control, '')
    .replace(bidirectional, '')
  const safe = plain.replaceAll(marker, () => colours.shift() ?? '')
  return safe === plain ? safe : `${safe}\u001b[0m`
}

const needsEscape = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/g

/** JSON in one line that is also safe to show: what JSON leaves bare of control characters is escaped too. */
export const safeJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    needsEscape,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
