/** What people call a release with its settings: `v2, config 3`, or `v2` where there are none. */
export const editionText = (version: string, config: number | undefined): string =>
  config === undefined ? version : `${version}, config ${config}`

interface Named {
  readonly version: string
  readonly config?: number | undefined
}

/** What a deploy means for one host: what it is to have, and what it had, if that is another. */
export const targetText = (
  target: Named & { previousVersion?: string | undefined; previousConfig?: number | undefined },
): string => {
  const { previousVersion: version, previousConfig: config } = target
  const isSame = version === target.version && config === target.config
  return version === undefined || isSame
    ? editionText(target.version, target.config)
    : changeText({ version, config }, target)
}

/** What is worth telling of a change: `v1 → v2`, `v2, config 2 → 3`. */
export const changeText = (before: Named, after: Named, sign = '→'): string =>
  `${editionText(before.version, before.config)} ${sign} ${newsText(before, after)}`

const newsText = (before: Named, { version, config }: Named): string => {
  if (before.version !== version || config === undefined) return editionText(version, config)
  return before.config === undefined ? `config ${config}` : String(config)
}
