import type { ApiTarget } from '../../../shared/api-client.ts'
import { examine } from '../../../shared/api/doctor.ts'
import type { ResponseOf } from '../../../shared/api/route.ts'
import { appVersion } from '../../../shared/command-line.ts'
import { faultOf, ok, warning } from '../../../shared/doctor/examination.ts'
import type { Check, Finding } from '../../../shared/domain/check.ts'
import { within } from '../../../shared/time-limit.ts'
import { configPath } from '../config-file.ts'
import { call, findTarget, type GlobalFlags } from '../session.ts'
import { linksTo } from './way.ts'

const linkWithinMs = 10_000
const examineWithinMs = 30_000
const clockOffMs = 60_000

/** Looks from here on, link by link; from the tracker on, at what the tracker sees. */
export async function* examineAll(flags: GlobalFlags): AsyncGenerator<Check> {
  const login = await lookAtLogin(flags)
  yield here('login', login.finding)
  if (login.target === undefined) return
  for (const { name, look } of linksTo(login.target)) {
    const finding = await within(linkWithinMs, look(login.target)).catch(faultOf)
    yield here(name, finding)
    if (finding.status === 'error') return
  }
  yield* askTracker(login.target)
}

const lookAtLogin = async (flags: GlobalFlags): Promise<{ finding: Finding; target?: ApiTarget }> => {
  try {
    const target = await findTarget(flags)
    return { finding: ok(`The tracker is ${target.url}, ${sourceOf(flags)}.`), target }
  } catch (error) {
    return { finding: faultOf(error) }
  }
}

const sourceOf = ({ url }: GlobalFlags): string =>
  url !== undefined
    ? 'as --url says'
    : process.env['TRACKER_URL']
      ? 'as TRACKER_URL says'
      : `as ${configPath()} says, which you alone can read`

async function* askTracker(target: ApiTarget): AsyncGenerator<Check> {
  const asked = Date.now()
  try {
    const answer = await call({ target }, examine, {}, examineWithinMs)
    yield here('version', judgeVersion(answer))
    yield here('clock', judgeClock(answer.at, asked, Date.now()))
    yield* answer.checks
  } catch (error) {
    yield { part: 'tracker', name: 'doctor', ...faultOf(error) }
  }
}

const judgeVersion = ({ version }: ResponseOf<typeof examine>): Finding =>
  version === appVersion
    ? ok(`${version}, here and at the tracker.`)
    : warning(`This is version ${appVersion}, the tracker is ${version}.`, 'Install the same version here.')

/** The tracker read its clock somewhere between these two moments. */
const judgeClock = (at: number, asked: number, answered: number): Finding => {
  const ahead = at > answered ? at - answered : at < asked ? at - asked : 0
  if (Math.abs(ahead) < clockOffMs) return ok('It agrees with the tracker’s.')
  const minutes = `${Math.round(Math.abs(ahead) / 60_000)} min ${ahead > 0 ? 'behind' : 'ahead of'}`
  return warning(
    `This machine’s clock is ${minutes} the tracker’s.`,
    'Set the wrong one by NTP: timedatectl set-ntp true',
  )
}

const here = (name: string, finding: Finding): Check => ({ part: 'here', name, ...finding })
