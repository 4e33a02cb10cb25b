import type { HostState } from '../../shared/api/hosts.ts'
import type { Finding } from '../../shared/domain/check.ts'
import { orderTtlMs } from '../fleet/order-desk.ts'
import { fault, ok, warning } from '../../shared/doctor/examination.ts'
import { count, some } from '../../shared/wording.ts'

export interface HostCondition {
  readonly name: string
  readonly state: HostState
  /** In ms; undefined until it has reported to this tracker. */
  readonly clockAhead: number | undefined
  readonly grabber: string | null
}

const clockOffMs = 5 * 60_000

export const examineReporting = (hosts: readonly HostCondition[]): Finding => {
  if (hosts.length === 0) return warning('No host is enrolled.', 'Run: tracker enroll NAME -c CLUSTER')
  const away = hosts.filter(({ state }) => state !== 'reporting')
  if (away.length === 0) return ok(`${count(hosts.length, 'host')}, all reporting.`)
  const names = away.map(({ name, state }) => (state === 'enrolled' ? `${name} (never did)` : name))
  const message = `${away.length} of ${count(hosts.length, 'host')} ${away.length === 1 ? 'does' : 'do'} not report: ${some(names)}.`
  const hint = 'On such a host: systemctl status grabber; it must reach the NATS address of the tracker.'
  return (away.length === hosts.length ? fault : warning)(message, hint)
}

export const examineClocks = (hosts: readonly HostCondition[]): Finding => {
  const known = hosts.flatMap(({ name, clockAhead: ahead }) => (ahead === undefined ? [] : [{ name, ahead }]))
  const off = known.filter(({ ahead }) => Math.abs(ahead) > clockOffMs)
  if (off.length === 0) return ok(`The clocks of ${count(known.length, 'host')} are right.`)
  const message = `The clocks of ${count(off.length, 'host')} are wrong: ${some(off.map(({ name, ahead }) => `${name} is ${minutes(ahead)}`))}.`
  // An order that seems to have expired is refused.
  const refuses = off.some(({ ahead }) => ahead > orderTtlMs)
  return (refuses ? fault : warning)(message, 'Set them there by NTP: timedatectl set-ntp true')
}

export const examineGrabbers = (hosts: readonly HostCondition[]): Finding => {
  const known = hosts.flatMap(({ name, grabber }) => (grabber === null ? [] : [{ name, grabber }]))
  const newest = known
    .map(({ grabber }) => grabber)
    .sort(byVersion)
    .at(-1)
  if (newest === undefined) return ok('No host has said which grabber it runs.')
  const old = known.filter(({ grabber }) => grabber !== newest)
  if (old.length === 0) return ok(`All hosts run grabber ${newest}.`)
  const names = some(old.map(({ name, grabber }) => `${name} (${grabber})`))
  return warning(
    `${count(old.length, 'host')} ${old.length === 1 ? 'does' : 'do'} not run the newest grabber, ${newest}: ${names}.`,
    `Run: tracker deploy grabber@${newest} -H NAME`,
  )
}

const minutes = (ahead: number): string =>
  `${Math.round(Math.abs(ahead) / 60_000)} min ${ahead > 0 ? 'ahead' : 'behind'}`

/** 0.10.0 is newer than 0.9.1. */
const byVersion = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true })
