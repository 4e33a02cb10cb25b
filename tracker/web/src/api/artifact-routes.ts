import type * as artifacts from '../../../../shared/api/artifacts.ts'
import { route } from './page-route.ts'

export const getArtifactUsage = route<typeof artifacts.getArtifactUsage>({
  method: 'GET',
  path: '/api/v1/artifacts/usage',
  access: 'token',
})
export const listArtifacts = route<typeof artifacts.listArtifacts>({
  method: 'GET',
  path: '/api/v1/artifacts',
  access: 'token',
})
export const pruneArtifacts = route<typeof artifacts.pruneArtifacts>({
  method: 'POST',
  path: '/api/v1/artifacts/prune',
  access: 'token',
})

export const listKeepRules = route<typeof artifacts.listKeepRules>({
  method: 'GET',
  path: '/api/v1/artifacts/rules',
  access: 'token',
})
export const setKeepRule = route<typeof artifacts.setKeepRule>({
  method: 'POST',
  path: '/api/v1/artifacts/rules',
  access: 'token',
})
export const removeKeepRule = route<typeof artifacts.removeKeepRule>({
  method: 'DELETE',
  path: '/api/v1/artifacts/rules/:service',
  access: 'token',
})
