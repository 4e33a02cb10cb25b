import type { Agent } from '../db/agents.ts'

/** The tracker's two users: with one, a host could name another's order subject as reply and have the tracker publish there. */
export interface TrackerNkeys {
  readonly orders: string
  readonly rpc: string
}

export const ordersUser = 'orders'
export const rpcUser = 'rpc'

/**
 * Only named accounts: together with `authorization {}` nats-server 2.9.10 lets anyone in (CVE-2023-47090).
 * No JetStream, no monitoring port, no clustering: nothing that is not used.
 */
/** An include is looked for beside the file that includes. */
export const renderConfig = (listen: string, usersFile: string): string => `listen: ${JSON.stringify(listen)}
max_payload: 1MB
max_subscriptions: 64
max_pending: 8MB
write_deadline: "5s"
system_account: SYS
accounts {
  SYS: { users: [] }
  DEPLOY: { include ${JSON.stringify(usersFile)} }
}
`

/** Who may connect, and on which subjects: each agent on its own alone, by allow-lists. */
export const renderUsers = (tracker: TrackerNkeys, agents: readonly Agent[]): string => {
  const users = [
    ordersPermissions(tracker.orders),
    rpcPermissions(tracker.rpc),
    ...agents.map(agentPermissions),
  ]
  return `users: [\n${users.map((user) => `  ${user}\n`).join('')}]\n`
}

const user = (nkey: string, publish: readonly string[], subscribe: readonly string[]): string =>
  `{ nkey: ${nkey}, permissions: { publish: { allow: ${JSON.stringify(publish)} }, subscribe: { allow: ${JSON.stringify(subscribe)} } } }`

const ordersPermissions = (nkey: string): string =>
  user(
    nkey,
    [
      'at.v1.order.*',
      'at.v1.cluster.*',
      'at.v1.ask.*',
      'at.v1.build.*',
      'at.v1.stop-build.*',
      'at.v1.resolve',
      'at.v1.resolve.*',
      'at.v1.compare',
      'at.v1.changed',
      'at.v1.examine',
    ],
    [`_INBOX.${ordersUser}.>`],
  )

const rpcPermissions = (nkey: string): string => user(nkey, ['_INBOX.*.>'], ['at.v1.rpc.>', 'at.v1.packer.>'])

const agentPermissions = (agent: Agent): string =>
  agent.kind === 'host'
    ? user(
        agent.nkey,
        [`at.v1.rpc.${agent.id}.>`],
        [
          `at.v1.order.${agent.id}`,
          `at.v1.ask.${agent.id}`,
          `at.v1.cluster.${agent.cluster ?? ''}`,
          `_INBOX.${agent.id}.>`,
        ],
      )
    : user(
        agent.nkey,
        [`at.v1.packer.${agent.id}.>`, `_INBOX.${ordersUser}.>`],
        [
          `at.v1.build.${agent.id}`,
          `at.v1.stop-build.${agent.id}`,
          'at.v1.resolve packers',
          `at.v1.resolve.${agent.id}`,
          'at.v1.compare packers',
          'at.v1.changed packers',
          'at.v1.examine',
          `_INBOX.${agent.id}.>`,
        ],
      )
