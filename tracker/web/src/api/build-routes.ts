import type * as records from '../../../../shared/api/build-records.ts'
import type * as builds from '../../../../shared/api/builds.ts'
import type * as packers from '../../../../shared/api/packers.ts'
import { route } from './page-route.ts'

export const getBuild = route<typeof builds.getBuild>({
  method: 'GET',
  path: '/api/v1/builds/:id',
  access: 'token',
})
export const listBuilds = route<typeof builds.listBuilds>({
  method: 'GET',
  path: '/api/v1/builds',
  access: 'token',
})
export const readBuildLog = route<typeof records.readBuildLog>({
  method: 'GET',
  path: '/api/v1/builds/:id/log',
  access: 'token',
})
export const getBuildRecord = route<typeof records.getBuildRecord>({
  method: 'GET',
  path: '/api/v1/builds/:id/record',
  access: 'token',
})
export const getBuildChanges = route<typeof records.getBuildChanges>({
  method: 'GET',
  path: '/api/v1/builds/:id/changes',
  access: 'token',
})
export const startBuild = route<typeof builds.startBuild>({
  method: 'POST',
  path: '/api/v1/builds',
  access: 'token',
})
export const cancelBuild = route<typeof builds.cancelBuild>({
  method: 'POST',
  path: '/api/v1/builds/:id/cancel',
  access: 'token',
})
export const getBuildQueue = route<typeof builds.getBuildQueue>({
  method: 'GET',
  path: '/api/v1/builds/queue',
  access: 'token',
})

export const listPackers = route<typeof packers.listPackers>({
  method: 'GET',
  path: '/api/v1/packers',
  access: 'token',
})
export const examineMachines = route<typeof packers.examineMachines>({
  method: 'GET',
  path: '/api/v1/packers/machines',
  access: 'token',
})
