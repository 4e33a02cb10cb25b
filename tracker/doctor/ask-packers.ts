import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { examinePackerCall } from '../../shared/messages/examine-packer.ts'
import type { PackerAnswer } from './packers.ts'

const withinMs = 6000

/** Asks all packers at once what they have, until so many have answered; those that do not in time are left out. */
export const askPackers = async (orders: Pick<NatsBus, 'callAll'>, count: number): Promise<PackerAnswer[]> =>
  count === 0 ? [] : orders.callAll(examinePackerCall, {}, { v: 1 }, { count, timeoutMs: withinMs })
