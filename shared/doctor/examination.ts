import type { Check, Finding } from '../domain/check.ts'
import { messageOf, PersonError } from '../errors.ts'
import { within } from '../time-limit.ts'

/** A look at one thing. What it throws is what is wrong with it. */
export interface Examination {
  readonly part: Check['part']
  readonly name: string
  readonly look: () => Promise<Finding> | Finding
}

/** All at once, each for `limitMs` at most: one that hangs holds up no other. */
export const carryOutAll = (examinations: readonly Examination[], limitMs: number): Promise<Check[]> =>
  Promise.all(
    examinations.map(async ({ part, name, look }) => {
      const finding = await within(
        limitMs,
        Promise.resolve().then(() => look()),
      ).catch(faultOf)
      return { part, name, ...finding }
    }),
  )

export const ok = (message: string): Finding => ({ status: 'ok', message })
export const warning = (message: string, hint?: string): Finding => finding('warning', message, hint)
export const fault = (message: string, hint?: string): Finding => finding('error', message, hint)

const finding = (status: Finding['status'], message: string, hint: string | undefined): Finding => ({
  status,
  message,
  ...(hint === undefined ? {} : { hint }),
})

export const faultOf = (error: unknown): Finding =>
  error instanceof PersonError ? fault(error.message, error.hint) : fault(`${messageOf(error)}.`)
