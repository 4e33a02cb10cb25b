export interface InspectedEntry {
  readonly kind: 'file' | 'directory' | 'link'
  readonly path: string
  readonly size: number
  /** Where a link leads. */
  readonly target?: string
}
