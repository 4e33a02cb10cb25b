import type * as deploys from '../../../../shared/api/deploys.ts'
import type * as events from '../../../../shared/api/events.ts'
import type * as hosts from '../../../../shared/api/hosts.ts'
import type * as services from '../../../../shared/api/services.ts'
import type * as sessions from '../../../../shared/api/sessions.ts'
import type * as versions from '../../../../shared/api/versions.ts'
import { route } from './page-route.ts'

const session = '/api/v1/session'
export const createSession = route<typeof sessions.createSession>({
  method: 'POST',
  path: session,
  access: 'none',
})
export const getSession = route<typeof sessions.getSession>({ method: 'GET', path: session, access: 'token' })
export const deleteSession = route<typeof sessions.deleteSession>({
  method: 'DELETE',
  path: session,
  access: 'token',
})

export const listServices = route<typeof services.listServices>({
  method: 'GET',
  path: '/api/v1/services',
  access: 'token',
})
export const listHosts = route<typeof hosts.listHosts>({
  method: 'GET',
  path: '/api/v1/hosts',
  access: 'token',
})
export const getVersions = route<typeof versions.getVersions>({
  method: 'GET',
  path: '/api/v1/versions',
  access: 'token',
})
export const listEvents = route<typeof events.listEvents>({
  method: 'GET',
  path: '/api/v1/events',
  access: 'token',
})
export const feedPath: typeof events.feedPath = '/api/v1/feed'

export const listDeploys = route<typeof deploys.listDeploys>({
  method: 'GET',
  path: '/api/v1/deploys',
  access: 'token',
})
export const getDeploy = route<typeof deploys.getDeploy>({
  method: 'GET',
  path: '/api/v1/deploys/:id',
  access: 'token',
})
export const retryDeploy = route<typeof deploys.retryDeploy>({
  method: 'POST',
  path: '/api/v1/deploys/:id/retry',
  access: 'token',
})
export const rollbackDeploy = route<typeof deploys.rollbackDeploy>({
  method: 'POST',
  path: '/api/v1/deploys/:id/rollback',
  access: 'token',
})
export const cancelDeploy = route<typeof deploys.cancelDeploy>({
  method: 'POST',
  path: '/api/v1/deploys/:id/cancel',
  access: 'token',
})
export const pauseDeploy = route<typeof deploys.pauseDeploy>({
  method: 'POST',
  path: '/api/v1/deploys/:id/pause',
  access: 'token',
})
export const resumeDeploy = route<typeof deploys.resumeDeploy>({
  method: 'POST',
  path: '/api/v1/deploys/:id/resume',
  access: 'token',
})
export const promoteDeploy = route<typeof deploys.promoteDeploy>({
  method: 'POST',
  path: '/api/v1/deploys/:id/promote',
  access: 'token',
})
