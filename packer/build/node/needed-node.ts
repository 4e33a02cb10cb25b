import { readdir } from 'node:fs/promises'
import { Range } from 'semver'
import type { Needs } from '../../../shared/domain/needs.ts'

/** What there is to tell of a service. */
interface Facts {
  /** Where it is built. */
  readonly directory: string
  /** What package.json says of Node.js. */
  readonly wanted: string | undefined
  /** That of the Node.js that builds. */
  readonly version: string
  /** By which it is run. */
  readonly command: string
}

/**
 * Which Node.js a service needs on hosts: what package.json says, and for native modules the one that they were made with. Where
 * neither says anything, it needs any at all if it is run by one.
 */
export const neededNode = async ({ directory, wanted, version, command }: Facts): Promise<Needs['node']> => {
  const major = Number(version.split('.')[0])
  const native = (await hasNativeModule(directory)) ? `${major}.x` : undefined
  if (wanted === undefined && native === undefined) return runsNode.test(command) ? anyNode : undefined
  const ofNative = new Range(native ?? '*').set[0] ?? []
  return {
    wanted: [wanted, native && `${native} for its native modules`].filter(Boolean).join(', and '),
    anyOf: new Range(wanted ?? '*').set.map((all) =>
      [...all, ...ofNative].map(String).filter((comparator) => comparator !== ''),
    ),
  }
}

const runsNode = /(^|[\s/])(node|npm|npx)(\s|$)/
const anyNode = { wanted: 'of any version', anyOf: [[]] }

const hasNativeModule = async (directory: string): Promise<boolean> => {
  const names = await readdir(directory, { recursive: true })
  return names.some((name) => name.endsWith('.node'))
}
