import type { DeployUse, HostUse } from '../db/artifact-uses.ts'
import { plansKeptForMs } from '../db/plans.ts'
import type { Tables } from '../db/store.ts'

/** What artifacts are in use for, in words, by digest. */
export const usesOf = (
  { artifactUses: uses }: Pick<Tables, 'artifactUses'>,
  now: number,
): Map<string, string[]> => {
  const found = new Map<string, string[]>()
  const note = <Use extends { readonly digest: string }>(
    rows: readonly Use[],
    words: (use: Use) => string,
  ) => {
    for (const use of rows) {
      const list = found.get(use.digest)
      if (list) list.push(words(use))
      else found.set(use.digest, [words(use)])
    }
  }
  note(uses.running(), (use) => `runs on ${hosts(use)}`)
  note(uses.current(), (use) => `is current on ${hosts(use)}`)
  note(uses.wanted(), (use) => `is wanted on ${hosts(use)}`)
  note(uses.previous(), (use) => `is what ${hosts(use)} can go back to`)
  note(uses.unended(), inDeploy)
  note(uses.succeeded(), ({ cluster }) => `is the last that was deployed with success in ${cluster}`)
  note(uses.planned(now - plansKeptForMs), ({ id }) => `is in plan ${id}`)
  note(uses.beingBuilt(), ({ id }) => `is being built again by build ${id}`)
  return found
}

const hosts = ({ hosts, hostName }: HostUse): string =>
  hosts === 1 ? hostName : `${hostName} and ${hosts - 1} more`

const inDeploy = ({ id, state }: DeployUse): string => `is in deploy ${id}, which is ${state}`
