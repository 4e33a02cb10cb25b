export type Tone = 'good' | 'bad' | 'busy' | 'quiet' | 'strong' | 'plain'

/** Writes text in a tone; where there is no colour, the text alone (so a sign always says the same as the colour). */
export type Paint = (tone: Tone, text: string) => string

const codeOf: Record<Tone, string> = { good: '32', bad: '31', busy: '36', quiet: '2', strong: '1', plain: '' }

export const painter =
  (colour: boolean): Paint =>
  (tone, text) =>
    colour && tone !== 'plain' && text !== '' ? `\u001b[${codeOf[tone]}m${text}\u001b[0m` : text
