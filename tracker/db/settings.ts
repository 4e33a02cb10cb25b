import type { SettingScope } from '../../shared/domain/settings.ts'
import type { Db } from './open.ts'

/** A value of a setting, from the version that set it up to the one that has it no more. */
export interface Setting {
  readonly service: string
  readonly scope: SettingScope
  readonly name: string
  readonly since: number
  readonly until: number | null
  readonly plain: boolean
}

/** As it is stored: only the tracker's key opens it. */
export interface SealedSetting extends Setting {
  readonly sealed: Buffer
}

interface Row extends Omit<SealedSetting, 'scope' | 'plain'> {
  readonly scope: SettingScope['kind']
  readonly scopeName: string
  readonly plain: number
}

const settingOf = ({ scope, scopeName, plain, ...row }: Row): SealedSetting => ({
  ...row,
  scope: scopeOf(scope, scopeName),
  plain: plain === 1,
})

const scopeOf = (kind: SettingScope['kind'], name: string): SettingScope => {
  if (kind === 'cluster') return { kind, cluster: name }
  return kind === 'host' ? { kind, host: name } : { kind }
}

const scopeColumns = (scope: SettingScope): Pick<Row, 'scope' | 'scopeName'> => ({
  scope: scope.kind,
  scopeName: scope.kind === 'cluster' ? scope.cluster : scope.kind === 'host' ? scope.host : '',
})

export const settingsTable = (db: Db) => {
  const columns = `service, scope, scope_name AS scopeName, name, since_version AS since, until_version AS until, plain, sealed
    FROM settings`
  const at = db.prepare<[{ service: string; version: number }], Row>(
    `SELECT ${columns} WHERE service = @service AND since_version <= @version
       AND (until_version IS NULL OR until_version > @version)
     ORDER BY name, scope, scope_name`,
  )
  const changedSince = db.prepare<[{ service: string; version: number }], Row>(
    `SELECT ${columns} WHERE service = @service AND (since_version >= @version OR until_version >= @version)
     ORDER BY name, scope, scope_name`,
  )
  const end = db.prepare(
    `UPDATE settings SET until_version = @version WHERE service = @service AND scope = @scope
       AND scope_name = @scopeName AND name = @name AND until_version IS NULL`,
  )
  const insert = db.prepare(
    `INSERT INTO settings (service, scope, scope_name, name, since_version, plain, sealed)
     VALUES (@service, @scope, @scopeName, @name, @since, @plain, @sealed)`,
  )

  return {
    /** All that a version has. */
    at: (service: string, version: number): SealedSetting[] => at.all({ service, version }).map(settingOf),
    /** All that a version or a later one set or unset. */
    changedSince: (service: string, version: number): Setting[] =>
      changedSince.all({ service, version }).map(settingOf),
    /** From `version` on there is no such setting, until it is set again. */
    end: ({ service, scope, name }: Pick<Setting, 'service' | 'scope' | 'name'>, version: number): void =>
      void end.run({ service, name, ...scopeColumns(scope), version }),
    insert: ({ scope, plain, until: _, ...setting }: SealedSetting): void =>
      void insert.run({ ...setting, ...scopeColumns(scope), plain: plain ? 1 : 0 }),
  }
}
