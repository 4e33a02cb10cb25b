import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import { PersonError } from '../../../shared/errors.ts'
import type { TrackerContext } from '../../context.ts'
import { ensureBuild } from '../../builds/build-desk.ts'
import { buildViewOf } from '../../db/builds.ts'
import { mount } from '../mount.ts'

export const buildRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, builds } = context

  mount(app, context, api.startBuild, async ({ body }) => {
    const resolved = await builds.resolve(body.service, body.ref)
    const answer = await store.write((writing) => ensureBuild(writing, body.service, resolved))
    if (answer.kind === 'build') return { build: buildViewOf(answer.build), reused: false }
    const build = store.read.builds.ofArtifact(answer.artifact.digest)
    if (!build) throw new Error(`artifact ${answer.artifact.digest} has no build`)
    return { build: buildViewOf(build), reused: true }
  })

  mount(app, context, api.listBuilds, ({ query }) => ({
    builds: store.read.builds.list(query.service, query.limit).map(buildViewOf),
  }))

  mount(app, context, api.getBuild, ({ params }) => {
    const build = store.read.builds.get(params.id)
    if (!build) throw new PersonError('not-found', `There is no build ${params.id}.`)
    return buildViewOf(build)
  })
}
