import type { SettingScope } from '../../shared/domain/settings.ts'

/** Whom settings are for. */
export interface Whom {
  readonly name: string
  readonly cluster: string | null
}

/** Which settings one host has, sorted by name: its own before those of its cluster, and these before the service's. */
export const resolve = <Of extends { readonly name: string; readonly scope: SettingScope }>(
  settings: readonly Of[],
  whom: Whom,
): Of[] => {
  const chosen = new Map<string, Of>()
  for (const weight of [1, 2, 3])
    for (const setting of settings)
      if (weightFor(whom, setting.scope) === weight) chosen.set(setting.name, setting)
  return [...chosen.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** 0: it is not for this host. */
const weightFor = ({ name, cluster }: Whom, scope: SettingScope): number => {
  if (scope.kind === 'service') return 1
  if (scope.kind === 'cluster') return scope.cluster === cluster ? 2 : 0
  return scope.host === name ? 3 : 0
}
