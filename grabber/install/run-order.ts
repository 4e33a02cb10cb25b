import type { InstallState } from '../../shared/domain/install-state.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import type { Activation } from './host.ts'
import { enter, enterRegardless, type Install, type Step } from './install.ts'
import { freeReserve } from './reserve.ts'
import { restore, rollBack } from './rollback.ts'
import { check } from './steps/check.ts'
import { commit } from './steps/commit.ts'
import { fetch } from './steps/fetch.ts'
import { preflight } from './steps/preflight.ts'
import { publish } from './steps/publish.ts'
import { reserve } from './steps/reserve.ts'
import { start } from './steps/start.ts'
import { stop } from './steps/stop.ts'
import { switchCurrent } from './steps/switch.ts'
import { unpack } from './steps/unpack.ts'
import { verify } from './steps/verify.ts'
import { discardStaging } from './staging.ts'
import { isStaged } from './release-state.ts'

/** Brings a release onto the disk; nothing that runs is touched. */
export const stageSteps: readonly Step[] = [reserve, fetch, verify, unpack, publish]

/** Makes the release on the disk the one that runs. */
export const activateSteps: readonly Step[] = [preflight, stop, switchCurrent, start, check, commit]

const activationOfServices: Activation = { steps: activateSteps, rollBack, restore }

export const activationOf = ({ host, order }: Install): Activation =>
  host.activationOf?.(order.service) ?? activationOfServices

/** From here on the old release no longer runs for sure, and a failure has to bring it back. */
const touching: ReadonlySet<InstallState> = new Set(['stopping', 'switching', 'starting', 'checking'])

export const isTouching = (state: InstallState): boolean => touching.has(state)

export interface Interruptions {
  /** The grabber stops: leave everything as it is, the next start goes on from the journal. */
  readonly shutdown: AbortSignal
  /** A newer order waits: give up, unless something running was touched already. */
  readonly superseded: AbortSignal
}

/** Carries an accepted order through to its end, from whatever state its journal is in. Throws only on shutdown. */
export const runOrder = async (install: Install, interruptions: Interruptions): Promise<void> => {
  try {
    if (install.entry.state === 'rolling-back') {
      await activationOf(install).restore(install, interruptions.shutdown)
      return
    }
    await stage(install, interruptions)
    if (install.order.phase === 'activate') await activate(install, interruptions)
  } catch (error) {
    interruptions.shutdown.throwIfAborted()
    await fail(install, reasonOf(install, error, interruptions), interruptions.shutdown)
  }
}

const stage = async (install: Install, { shutdown, superseded }: Interruptions): Promise<void> => {
  if (isTouching(install.entry.state) || install.entry.state === 'staged') return
  const signal = AbortSignal.any([shutdown, superseded])
  if (await isStaged(install)) await publish.run(install, signal)
  else {
    // A power cut may have undone what lies before the state that the journal names; what is there is used again.
    for (const step of beforeState(stageSteps, install.entry.state)) await step.run(install, signal)
    await runSteps(stageSteps, install, signal)
  }
  if (install.order.phase === 'stage' || install.entry.state !== 'accepted') await enter(install, 'staged')
}

const activate = async (install: Install, { shutdown, superseded }: Interruptions): Promise<void> => {
  if (!isTouching(install.entry.state)) superseded.throwIfAborted()
  await runSteps(activationOf(install).steps, install, shutdown)
  await enter(install, 'committed')
}

const runSteps = async (steps: readonly Step[], install: Install, signal: AbortSignal): Promise<void> => {
  for (const step of fromState(steps, install.entry.state)) {
    signal.throwIfAborted()
    if (step.state && step.state !== install.entry.state) await enter(install, step.state)
    await step.run(install, signal)
  }
}

/** After a crash: from the step that the journal names. Otherwise all. */
const fromState = (steps: readonly Step[], state: InstallState): readonly Step[] =>
  steps.slice(indexOf(steps, state))

const beforeState = (steps: readonly Step[], state: InstallState): readonly Step[] =>
  steps.slice(0, indexOf(steps, state))

const indexOf = (steps: readonly Step[], state: InstallState): number =>
  Math.max(
    0,
    steps.findIndex((step) => step.state === state),
  )

/** An aborted wait only says that it was aborted; the signal says why. */
const reasonOf = (install: Install, error: unknown, { superseded }: Interruptions): unknown =>
  superseded.aborted && !isTouching(install.entry.state) ? superseded.reason : error

const fail = async (install: Install, error: unknown, shutdown: AbortSignal): Promise<void> => {
  logDefect(install, error)
  if (isTouching(install.entry.state)) {
    await activationOf(install).rollBack(install, messageOf(error), shutdown)
    return
  }
  await discardStaging(install.host, install.order.service)
  await freeReserve(install.host, install.order.service)
  await enterRegardless(install, 'failed', { error: messageOf(error) })
}

/** What is no PersonError was not foreseen: keep its stack. */
const logDefect = ({ host, order }: Install, error: unknown): void => {
  if (!(error instanceof PersonError))
    host.log.error({ err: error, service: order.service }, 'install failed')
}
