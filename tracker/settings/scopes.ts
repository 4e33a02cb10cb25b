import type { SettingScope } from '../../shared/domain/settings.ts'

/** One word for each scope: `service`, `cluster prod`, `host web-1.prod`. */
export const scopeKey = (scope: SettingScope): string => {
  if (scope.kind === 'cluster') return `cluster ${scope.cluster}`
  return scope.kind === 'host' ? `host ${scope.host}` : 'service'
}

/** For whom, in a sentence. */
export const scopeText = (service: string, scope: SettingScope): string => {
  if (scope.kind === 'cluster') return `${service} in cluster ${scope.cluster}`
  return scope.kind === 'host' ? `${service} on ${scope.host}` : service
}
