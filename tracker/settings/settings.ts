import { createHmac } from 'node:crypto'
import type { HostConfig } from '../../shared/domain/settings.ts'
import { PersonError } from '../../shared/errors.ts'
import type { SealedSetting, Setting } from '../db/settings.ts'
import type { Store, Tables } from '../db/store.ts'
import { seal, unseal } from '../sealed.ts'
import { resolve, type Whom } from './resolve.ts'
import { scopeKey } from './scopes.ts'

export interface OpenSetting extends Setting {
  readonly value: string
}

/** So many versions are kept open in memory: every host asks for its orders each minute. */
const keptOpen = 50

/** The values of settings: they leave the database only through here, and only with the tracker's own key. */
export class Settings {
  readonly #store: Store
  readonly #key: string
  readonly #open = new Map<string, readonly OpenSetting[]>()

  constructor(store: Store, key: string) {
    this.#store = store
    this.#key = key
  }

  seal({ value, ...setting }: OpenSetting): SealedSetting {
    return { ...setting, sealed: seal(value, this.#key, identityOf(setting)) }
  }

  /** All settings of a version. Throws `internal` when the key is not the one that they were sealed with. */
  open(tables: Pick<Tables, 'settings'>, service: string, version: number): OpenSetting[] {
    return tables.settings.at(service, version).map(({ sealed, ...setting }) => {
      return { ...setting, value: this.#unseal(sealed, setting) }
    })
  }

  /** What one host is to have, as its order carries it. Never asked from within a write: what is committed is kept in memory. */
  configFor(service: string, version: number, whom: Whom): HostConfig {
    const own = resolve(this.#opened(service, version), whom)
    const env = Object.fromEntries(own.map(({ name, value }) => [name, value]))
    const plain = own.filter((setting) => setting.plain).map(({ name }) => name)
    return { id: `${version}-${this.#fingerprint([service, env, plain])}`, env, plain }
  }

  #opened(service: string, version: number): readonly OpenSetting[] {
    const key = `${service} ${version}`
    const settings = this.#open.get(key) ?? this.open(this.#store.read, service, version)
    // Whoever was asked for last goes last.
    this.#open.delete(key)
    this.#open.set(key, settings)
    const [oldest] = this.#open.keys()
    if (this.#open.size > keptOpen && oldest !== undefined) this.#open.delete(oldest)
    return settings
  }

  /** With the key, so that nobody can try values against it. */
  #fingerprint(config: unknown): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(config)).digest('hex').slice(0, 12)
  }

  #unseal(sealed: Buffer, setting: Setting): string {
    try {
      return unseal(sealed, this.#key, identityOf(setting)) as string
    } catch {
      throw new PersonError(
        'internal',
        `The setting ${setting.name} of ${setting.service} cannot be decrypted.`,
        {
          hint: 'keys/settings-key in the data directory has to be the one that it was sealed with: restore it from a backup.',
        },
      )
    }
  }
}

const identityOf = ({ service, scope, name, since, plain }: Setting): string =>
  JSON.stringify(['setting', service, scopeKey(scope), name, since, plain])
