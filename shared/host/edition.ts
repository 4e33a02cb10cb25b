import * as z from 'zod'
import { Digest } from '../domain/names.ts'
import { ConfigId } from '../domain/settings.ts'

/** What runs, or is to run: a release with the config that it runs with. The two come, prove themselves and go back together. */
export const Edition = z.object({
  digest: Digest,
  /** Absent when the service had no settings. */
  config: ConfigId.optional(),
})
export type Edition = z.infer<typeof Edition>

export const isSameEdition = (one: Edition | undefined, other: Edition | undefined): boolean =>
  one?.digest === other?.digest && one?.config === other?.config

/** Without what else `edition` may carry. */
export const editionOf = ({ digest, config }: Edition): Edition =>
  config === undefined ? { digest } : { digest, config }
