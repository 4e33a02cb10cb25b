import type { Command } from 'commander'
import { parseSetting } from '../../../shared/command-line.ts'
import { ClusterName, HostName } from '../../../shared/domain/names.ts'
import type { SettingScope } from '../../../shared/domain/settings.ts'
import { PersonError } from '../../../shared/errors.ts'

export interface ScopeFlags {
  readonly cluster?: string
  readonly host?: string
  readonly reason?: string
}

export const addScopeFlags = (command: Command): Command =>
  command
    .option('-c, --cluster <name>', 'for the hosts of this cluster only')
    .option('-H, --host <name>', 'for this host only, by its whole name')
    .option('--reason <text>', 'why, for the history')

export const scopeOf = ({ cluster, host }: ScopeFlags): SettingScope => {
  if (cluster !== undefined && host !== undefined)
    throw new PersonError('usage', '-c and -H contradict each other.', {
      hint: 'A setting is for one cluster or for one host; without either, for the service wherever it runs.',
    })
  if (cluster !== undefined)
    return { kind: 'cluster', cluster: parseSetting(ClusterName, '--cluster', cluster) }
  if (host !== undefined) return { kind: 'host', host: parseSetting(HostName, '--host', host) }
  return { kind: 'service' }
}
