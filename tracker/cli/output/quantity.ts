/** `1 host`, `2 hosts`. */
export const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`
