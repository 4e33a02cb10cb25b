import type { Store } from '../../../../tracker/db/store.ts'
import type { World } from '../world.ts'
import { checkArtifacts } from './artifacts.ts'
import { checkAudit } from './audit.ts'
import { checkBuilds } from './builds.ts'
import { checkHooks } from './hooks.ts'
import { checkLinks } from './links.ts'
import { snapshotOf, type Snapshot } from './snapshot.ts'

const all = 100_000

/** What has to be so after everything that happens. */
export const checkChange = (world: World, before: Snapshot): Snapshot => {
  const after = snapshotOf(world.store)
  const change = { world, before, after, events: eventsSince(world.store, before) }
  checkBuilds(change)
  checkArtifacts(change)
  checkHooks(change)
  checkLinks(change)
  checkAudit(change)
  return after
}

const eventsSince = ({ read }: Store, { lastEvent }: Snapshot) => read.events.list({}, lastEvent, all)
