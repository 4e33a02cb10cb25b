import fastifyCookie from '@fastify/cookie'
import fastifySwagger from '@fastify/swagger'
import Fastify, { type FastifyInstance } from 'fastify'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { appVersion } from '../../shared/command-line.ts'
import type { TrackerContext } from '../context.ts'
import { serveArtifacts } from './artifacts-route.ts'
import { replyWithErrors } from './error-reply.ts'
import { receiveHooks } from './hooks-route.ts'
import { artifactRoutes } from './routes/artifacts.ts'
import { auditRoutes } from './routes/audit.ts'
import { buildRoutes } from './routes/builds.ts'
import { deployRoutes } from './routes/deploys.ts'
import { doctorRoutes } from './routes/doctor.ts'
import { enrolmentRoutes } from './routes/enrolments.ts'
import { eventRoutes } from './routes/events.ts'
import { freezeRoutes } from './routes/freezes.ts'
import { hookRoutes } from './routes/hooks.ts'
import { hostRoutes } from './routes/hosts.ts'
import { linkRoutes } from './routes/links.ts'
import { lockRoutes } from './routes/locks.ts'
import { planRoutes } from './routes/plans.ts'
import { notifierRoutes } from './routes/notifiers.ts'
import { serviceRoutes } from './routes/services.ts'
import { settingRoutes } from './routes/settings.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { versionRoutes } from './routes/versions.ts'
import { serveWebPage } from './web-page.ts'

const maxBodyBytes = 1024 * 1024

/** The tracker's HTTP side: the REST API, its OpenAPI document, artifacts of a directory store, and the web page. */
export const buildHttp = async (context: TrackerContext): Promise<FastifyInstance> => {
  const app = Fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: 120_000,
    forceCloseConnections: true,
    // A proxy on this machine says whether the browser came by https: then its cookie is for https alone.
    trustProxy: 'loopback',
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  // Only JSON: a form of another site can be sent without asking, JSON cannot.
  app.removeContentTypeParser('text/plain')
  replyWithErrors(app, context.log)
  await app.register(fastifyCookie)
  await app.register(fastifySwagger, openApi)

  sessionRoutes(app, context)
  serviceRoutes(app, context)
  settingRoutes(app, context)
  hostRoutes(app, context)
  enrolmentRoutes(app, context)
  buildRoutes(app, context)
  artifactRoutes(app, context)
  planRoutes(app, context)
  deployRoutes(app, context)
  lockRoutes(app, context)
  freezeRoutes(app, context)
  notifierRoutes(app, context)
  hookRoutes(app, context)
  linkRoutes(app, context)
  eventRoutes(app, context)
  auditRoutes(app, context)
  versionRoutes(app, context)
  doctorRoutes(app, context)

  app.get('/api/v1/openapi.json', { schema: { hide: true } }, () => app.swagger())
  app.get('/healthz', { schema: { hide: true } }, () => ({ ok: true }))
  serveArtifacts(app, context)
  receiveHooks(app, context)
  serveWebPage(app)
  return app
}

const openApi = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'AppTracker',
      version: appVersion,
      description:
        'Deploys services to plain hosts and shows what runs where. The live feed is a WebSocket at /api/v1/feed.',
    },
    components: {
      securitySchemes: { token: { type: 'http' as const, scheme: 'bearer' } },
    },
  },
  transform: jsonSchemaTransform,
}
