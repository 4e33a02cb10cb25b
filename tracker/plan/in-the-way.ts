import type { PlanHost } from '../../shared/api/plans.ts'
import type { Restriction } from '../../shared/domain/restriction.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Tables } from '../db/store.ts'
import { restrictionsOn } from '../restrictions/restrictions.ts'

/** A deploy that has some of the hosts to itself. */
export interface Busy {
  readonly deploy: Deploy
  readonly hostNames: readonly string[]
}

export interface InTheWay {
  readonly busy: readonly Busy[]
  readonly restrictions: readonly Restriction[]
}

/** What would keep a deploy from beginning on these hosts at a moment, by what is known now. */
export const inTheWay = (
  tables: Tables,
  service: string,
  hosts: readonly PlanHost[],
  at: number,
): InTheWay => ({
  busy: busyOn(tables, service, hosts),
  restrictions: restrictionsOn(tables, { service, clusters: hosts.map(({ cluster }) => cluster), now: at }),
})

const busyOn = ({ holds, deploys }: Tables, service: string, hosts: readonly PlanHost[]): Busy[] => {
  const names = new Map<number, string[]>()
  for (const { hostId, hostName } of hosts) {
    const id = holds.of(hostId, service)
    if (id !== undefined) names.set(id, [...(names.get(id) ?? []), hostName])
  }
  return [...names].flatMap(([id, hostNames]) => {
    const deploy = deploys.get(id)
    return deploy ? [{ deploy, hostNames }] : []
  })
}
