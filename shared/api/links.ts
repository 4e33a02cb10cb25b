import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { ServiceName } from '../domain/names.ts'
import { why } from './common.ts'
import { defineRoute } from './route.ts'

/** A service that is built again whenever its base has a new artifact. */
export const LinkView = z.strictObject({
  service: ServiceName,
  base: ServiceName,
  createdBy: z.string(),
  createdAt: Timestamp,
  /** Why it could not be built again for the base’s newest artifact. */
  error: z.string().optional(),
})
export type LinkView = z.infer<typeof LinkView>

export const listLinks = defineRoute({
  method: 'GET',
  path: '/api/v1/links',
  summary: 'Which services are built again when another has a new artifact',
  access: 'token',
  response: z.strictObject({ links: z.array(LinkView) }),
})

export const linkService = defineRoute({
  method: 'POST',
  action: 'service.link',
  path: '/api/v1/services/:name/links',
  summary: 'Have a service built again whenever another one, its base, has a new artifact',
  access: 'token',
  params: z.strictObject({ name: ServiceName }),
  body: z.strictObject({ base: ServiceName, ...why }),
  response: LinkView,
  successStatus: 201,
})

export const unlinkService = defineRoute({
  method: 'DELETE',
  action: 'service.unlink',
  path: '/api/v1/services/:name/links/:base',
  summary: 'Build a service no more because of its base; answers what the link was',
  access: 'token',
  params: z.strictObject({ name: ServiceName, base: ServiceName }),
  response: LinkView,
})
