// eslint-disable-next-line no-control-regex -- colours take no room
const colourSequences = /\u001b\[[0-9:;]*m/g
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const noWidth = /\p{M}|[\u200b-\u200d\ufeff]/u

const widthOfCharacter = (character: string): number =>
  noWidth.test(character) ? 0 : wide.test(character) ? 2 : 1

/** How many columns a text takes on a terminal. */
export const widthOf = (text: string): number => {
  const bare = text.replace(colourSequences, '')
  // eslint-disable-next-line no-control-regex -- asks whether it is all ASCII
  if (/^[\u0000-\u007f]*$/.test(bare)) return bare.length
  let width = 0
  for (const character of bare) width += widthOfCharacter(character)
  return width
}

/** The text in at most `columns`, with an ellipsis where it was cut. Colours survive, and are ended. */
export const fit = (text: string, columns: number): string => {
  if (widthOf(text) <= columns) return text
  if (columns < 1) return ''
  let cut = ''
  let left = columns - 1
  // eslint-disable-next-line no-control-regex -- a colour, or else one character
  for (const [piece] of text.matchAll(/\u001b\[[0-9:;]*m|./gsu)) {
    const width = widthOf(piece)
    if (width > left) break
    left -= width
    cut += piece
  }
  return text.includes('\u001b') ? `${cut}…\u001b[0m` : `${cut}…`
}

export const pad = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - widthOf(text)))
