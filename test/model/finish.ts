import { deployTransitions } from '../../shared/domain/deploy-state.ts'
import { isEnd } from '../../shared/domain/transitions.ts'
import type { World } from './world.ts'

const mostRounds = 1000
const roundMs = 200

/** Hosts, network and tracker do what there is to do until this deploy has ended. */
export const finish = async (world: World, id: number): Promise<void> => {
  for (let rounds = 0; rounds < mostRounds; rounds++) {
    await (
      await world.look(id)
    )()
    const deploy = world.store.read.deploys.get(id)
    if (deploy && isEnd(deployTransitions, deploy.state)) return
    await flow(world)
  }
  throw new Error(`deploy ${id} does not end: it is ${world.store.read.deploys.get(id)?.state ?? 'unknown'}`)
}

/** All that hosts have to do and to say happens, and arrives. */
export const settle = async (world: World): Promise<void> => {
  for (let rounds = 0; rounds < mostRounds; rounds++) {
    await flow(world)
    if (world.wire.length === 0 && world.hosts.every((host) => host.isDown || host.isQuiet)) return
  }
  throw new Error('the hosts do not come to rest')
}

const flow = async (world: World): Promise<void> => {
  for (const message of world.wire.splice(0)) await world.deliver(message, true)
  for (const host of world.hosts) {
    host.act(world.now)
    if (host.hasToAsk) world.ask(host)
    world.speak(host)
  }
  world.pass(roundMs)
}
