/** What keeps a deploy from beginning. */
export interface Obstacle {
  /** One sentence, for a person. */
  readonly text: string
  readonly hint: string
  /** Of the call that may pass it. */
  readonly field?: string
}
