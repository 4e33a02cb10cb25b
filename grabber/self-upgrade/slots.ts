import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { upgradeDir } from '../../shared/host/layout.ts'
import { removeDurably, renameDurably, writeDurably } from '../durable.ts'

/**
 * The files that grabbers and the launcher talk by; each holds one line, `SEQ DIRECTORY`. Grabbers of all versions have to
 * understand them.
 *
 * - `good`: the grabber that is run.
 * - `trial`: one that is to be tried, written by the old grabber before it ends. `begun`: its trial is on.
 * - `good` becomes what `begun` is, written by the new grabber, once it has reported in; `previous` is what was good before.
 * - `failed`: the trial is over, or a new grabber kept dying; `reason` says why. Written by the launcher.
 */
export type SlotName = 'good' | 'previous' | 'trial' | 'begun' | 'failed'

export interface Slot {
  /** Of the order that brought the grabber here; 0 for the one that was set up by hand. */
  readonly seq: number
  /** Where its `grabber.cjs` lies. */
  readonly directory: string
}

const SlotLine = z
  .string()
  .regex(/^\d{1,15} \/[^\n]*\n$/)
  .transform((line): Slot => {
    const space = line.indexOf(' ')
    return { seq: Number(line.slice(0, space)), directory: line.slice(space + 1, -1) }
  })

const reasonFile = 'reason'

/** What is in a slot; undefined when it is empty, or cannot be read. */
export const readSlot = (state: string, name: SlotName): Slot | undefined =>
  SlotLine.safeParse(read(fileOf(state, name))).data

/** Why the grabber in `failed` failed, as the end of a sentence. */
export const readReason = (state: string): string =>
  read(fileOf(state, reasonFile)).trim().slice(0, 1000) || 'it is not known why'

export const writeSlot = (state: string, name: SlotName, { seq, directory }: Slot): Promise<void> =>
  writeDurably(fileOf(state, name), `${seq} ${directory}\n`)

/** Needs no room on the disk. */
export const moveSlot = (state: string, from: SlotName, to: SlotName): Promise<void> =>
  renameDurably(fileOf(state, from), fileOf(state, to))

export const emptySlot = (state: string, name: SlotName): Promise<void> => removeDurably(fileOf(state, name))

export const isSameSlot = (left: Slot | undefined, right: Slot | undefined): boolean =>
  left?.seq === right?.seq && left?.directory === right?.directory

const fileOf = (state: string, name: string): string => join(upgradeDir(state), name)

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
