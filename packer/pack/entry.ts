/** What of a file, directory or link decides its part of a tarball. */
export interface Entry {
  /** Inside the artifact. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'link'
  /** Bytes of a file; 0 for all else. */
  readonly size: number
  /** Whether its owner may run it. */
  readonly executable: boolean
  /** Where a link leads; empty for all else. */
  readonly target: string
}
