import type { Event } from '../../../../shared/domain/event.ts'
import type { StoredArtifact } from '../../../../tracker/db/artifacts.ts'
import type { BuildRow } from '../../../../tracker/db/builds.ts'
import type { Delivery } from '../../../../tracker/db/deliveries.ts'
import type { Deploy } from '../../../../tracker/db/deploys.ts'
import type { Link } from '../../../../tracker/db/links.ts'
import type { Store } from '../../../../tracker/db/store.ts'
import type { World } from '../world.ts'

const all = 100_000

/** All that the tracker has written down of builds and of what comes of them. */
export interface Snapshot {
  readonly builds: ReadonlyMap<number, BuildRow>
  readonly deliveries: ReadonlyMap<number, Delivery>
  readonly deploys: ReadonlyMap<number, Deploy>
  readonly links: readonly Link[]
  /** By digest. */
  readonly kept: ReadonlyMap<string, StoredArtifact>
  readonly lastEvent: number
}

/** What has to be so after everything that happens is told by what was so before it. */
export interface Change {
  readonly world: World
  readonly before: Snapshot
  readonly after: Snapshot
  /** What was told in between, oldest first. */
  readonly events: readonly Event[]
}

export const snapshotOf = ({ read }: Store): Snapshot => ({
  builds: byId(read.builds.list(undefined, all)),
  deliveries: byId(read.hooks.list().flatMap(({ id }) => read.deliveries.list(id, all))),
  deploys: byId(read.deploys.list({}, all)),
  links: read.links.list(),
  kept: new Map(read.artifacts.kept().map((artifact) => [artifact.digest, artifact])),
  lastEvent: read.events.latest(),
})

const byId = <Row extends { readonly id: number }>(rows: readonly Row[]): Map<number, Row> =>
  new Map(rows.map((row) => [row.id, row]))
