import { buildTransitions, type BuildState } from '../../../../shared/domain/deploy-state.ts'
import { isEnd } from '../../../../shared/domain/transitions.ts'
import type { BuildRow } from '../../../../tracker/db/builds.ts'
import { demand } from '../../broken-invariant.ts'
import type { Change } from './snapshot.ts'

/** A build moves by its table, has one packer at a time, and what has ended has ended. */
export const checkBuilds = (change: Change): void => {
  checkMoves(change)
  for (const [id, build] of change.after.builds) {
    const last = change.before.builds.get(id)
    if (last) checkRow(last, build)
  }
  checkShared(change)
}

const checkMoves = ({ before, after, events }: Change): void => {
  const states = new Map([...before.builds].map(([id, { state }]) => [id, state]))
  const owners = new Map([...before.builds].map(([id, build]) => [id, ownerOf(build)]))
  for (const event of events) {
    if (event.kind !== 'build.state' || event.buildId === undefined) continue
    const { buildId: id, data } = event
    const from = states.get(id)
    demand(
      isLegal(from, data.state),
      'a build moves by its table',
      `${id}: ${from ?? 'new'} to ${data.state}`,
    )
    const witness = witnessOf(data.error ?? data.reason)
    const owner = owners.get(id)
    demand(
      witness === undefined || owner === undefined || owner === witness,
      'that it failed or was declined is believed of whoever has it alone',
      `${id}: ${witness ?? ''} says so, ${owner ?? ''} has it`,
    )
    states.set(id, data.state)
    owners.set(id, data.state === 'building' ? data.packer : undefined)
  }
  for (const { id, state } of after.builds.values())
    demand(states.get(id) === state, 'every move of a build is told', `${id}: ${state}`)
}

const isLegal = (from: BuildState | undefined, to: BuildState): boolean =>
  from === undefined ? to === 'queued' : buildTransitions[from].includes(to)

const ownerOf = ({ state, packer }: BuildRow): string | undefined =>
  state === 'building' ? (packer ?? undefined) : undefined

/** Simulated packers sign what they say. */
const witnessOf = (text: string | undefined): string | undefined => /\((p\d{12})\)\.$/.exec(text ?? '')?.[1]

const checkRow = (last: BuildRow, build: BuildRow): void => {
  const how = `${build.id}: ${JSON.stringify(last)} to ${JSON.stringify(build)}`
  demand(build.attempts >= last.attempts, 'the number of hand-outs only grows', how)
  if (!isEnd(buildTransitions, last.state)) return
  const lasting = ({ state, packer, attempts, error, digest, endedAt }: BuildRow) =>
    JSON.stringify([state, packer, attempts, error, digest, endedAt])
  demand(lasting(last) === lasting(build), 'a build that has ended does not change', how)
}

/** Who asks for the same at the same time gets the same build. */
const checkShared = ({ after }: Change): void => {
  const running = [...after.builds.values()].filter(({ endedAt }) => endedAt === null)
  const wishes = running.map(({ service, commit, buildConfig }) => `${service} ${commit} ${buildConfig}`)
  demand(new Set(wishes).size === wishes.length, 'the same thing is built once at a time', wishes.join(', '))
}
