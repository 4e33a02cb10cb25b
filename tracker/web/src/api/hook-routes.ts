import type * as hooks from '../../../../shared/api/hooks.ts'
import type * as links from '../../../../shared/api/links.ts'
import { route } from './page-route.ts'

export const listHooks = route<typeof hooks.listHooks>({
  method: 'GET',
  path: '/api/v1/hooks',
  access: 'token',
})
export const getHook = route<typeof hooks.getHook>({
  method: 'GET',
  path: '/api/v1/hooks/:name',
  access: 'token',
})
export const addHook = route<typeof hooks.addHook>({
  method: 'POST',
  path: '/api/v1/hooks',
  access: 'token',
})
export const rotateHook = route<typeof hooks.rotateHook>({
  method: 'POST',
  path: '/api/v1/hooks/:name/rotate',
  access: 'token',
})
export const removeHook = route<typeof hooks.removeHook>({
  method: 'DELETE',
  path: '/api/v1/hooks/:name',
  access: 'token',
})

export const listLinks = route<typeof links.listLinks>({
  method: 'GET',
  path: '/api/v1/links',
  access: 'token',
})
