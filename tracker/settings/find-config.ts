import { PersonError } from '../../shared/errors.ts'
import type { Config } from '../db/configs.ts'
import type { Tables } from '../db/store.ts'

/** Throws `not-found` unless the service has such a config version. */
export const requireConfig = (
  { configs }: Pick<Tables, 'configs'>,
  service: string,
  version: number,
): Config => {
  const config = configs.get(service, version)
  if (config) return config
  throw new PersonError('not-found', `${service} has no config ${version}.`, {
    field: 'config',
    hint: `\`tracker env history ${service}\` lists those that it has.`,
  })
}
