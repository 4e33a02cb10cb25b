import { readdir } from 'node:fs/promises'
import { Range } from 'semver'
import type { Needs } from '../../../shared/domain/needs.ts'

/** Which Node.js a service needs on hosts: what package.json says, and for native modules the one that they were made with. */
export const neededNode = async (
  directory: string,
  wanted: string | undefined,
  version: string,
): Promise<Needs['node']> => {
  const major = Number(version.split('.')[0])
  const native = (await hasNativeModule(directory)) ? `${major}.x` : undefined
  if (wanted === undefined && native === undefined) return undefined
  const ofNative = new Range(native ?? '*').set[0] ?? []
  return {
    wanted: [wanted, native && `${native} for its native modules`].filter(Boolean).join(', and '),
    anyOf: new Range(wanted ?? '*').set.map((all) =>
      [...all, ...ofNative].map(String).filter((comparator) => comparator !== ''),
    ),
  }
}

const hasNativeModule = async (directory: string): Promise<boolean> => {
  const names = await readdir(directory, { recursive: true })
  return names.some((name) => name.endsWith('.node'))
}
