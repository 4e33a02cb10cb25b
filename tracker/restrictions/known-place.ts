import { PersonError } from '../../shared/errors.ts'
import { requireService } from '../builds/find-service.ts'
import type { Tables } from '../db/store.ts'
import type { Place } from '../../shared/domain/place.ts'

/** A misspelt one would hold nothing, and nobody would know. Throws `not-found`. */
export const requireKnownPlace = ({ services, agents }: Tables, { service, cluster }: Place): void => {
  if (service !== undefined) requireService({ services }, service)
  const clusters = new Set(agents.hosts().map((host) => host.cluster))
  if (cluster !== undefined && !clusters.has(cluster)) throw unknownCluster(cluster, [...clusters])
}

const unknownCluster = (cluster: string, known: readonly string[]): PersonError =>
  new PersonError('not-found', `No host is in cluster ${cluster}.`, {
    field: 'cluster',
    hint: known.length === 0 ? 'No host has joined yet.' : `There are hosts in ${known.join(', ')}.`,
  })
