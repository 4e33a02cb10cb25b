/** What people call a release with its settings: `v2, config 3`, or `v2` where there are none. */
export const editionText = (version: string, config: number | undefined): string =>
  config === undefined ? version : `${version}, config ${config}`

/** What is worth telling of a change: `v1 → v2`, `v2, config 2 → config 3`. */
export const changeText = (
  before: { readonly version: string; readonly config?: number | undefined },
  after: { readonly version: string; readonly config?: number | undefined },
  sign = '→',
): string => {
  const isOnlyConfig = before.version === after.version && after.config !== undefined
  const to = isOnlyConfig ? `config ${after.config}` : editionText(after.version, after.config)
  return `${editionText(before.version, before.config)} ${sign} ${to}`
}
