import { lookup } from 'node:dns/promises'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import * as z from 'zod'
import type { ApiTarget } from '../../../shared/api-client.ts'
import { defineRoute } from '../../../shared/api/route.ts'
import { getSession } from '../../../shared/api/sessions.ts'
import { ok, warning } from '../../../shared/doctor/examination.ts'
import type { Finding } from '../../../shared/domain/check.ts'
import { errnoOf, messageOf, PersonError } from '../../../shared/errors.ts'
import { call } from '../session.ts'

/** One link of the way from here to the tracker. What it throws is what is wrong with it. */
export interface Link {
  readonly name: string
  readonly look: (target: ApiTarget) => Promise<Finding>
}

const answerWithinMs = 5000
const certificateEndsSoonMs = 14 * 24 * 3_600_000

/** Each is needed for the next. */
export const linksTo = ({ url }: ApiTarget): readonly Link[] => [
  ...(isIP(hostOf(url)) === 0 ? [{ name: 'name', look: lookUpName }] : []),
  { name: 'connection', look: connect },
  { name: 'encryption', look: url.startsWith('https:') ? shakeHands : judgePlainText },
  { name: 'answer', look: askWhetherItLives },
  { name: 'token', look: askWhoIAm },
]

const lookUpName = async ({ url }: ApiTarget): Promise<Finding> => {
  const host = hostOf(url)
  try {
    const addresses = await lookup(host, { all: true })
    return ok(`${host} is ${addresses.map(({ address }) => address).join(', ')}.`)
  } catch (error) {
    throw new PersonError('unavailable', `The name ${host} is not known (${errnoOf(error) ?? ''}).`, {
      hint: `Check its spelling and this machine’s DNS: getent hosts ${host}`,
    })
  }
}

const connect = async ({ url }: ApiTarget): Promise<Finding> => {
  const host = hostOf(url)
  const port = portOf(url)
  const from = performance.now()
  const socket = connectTcp({ host, port, timeout: answerWithinMs })
  try {
    await opened(socket, 'connect')
    return ok(`${host}:${port} takes connections (${(performance.now() - from).toFixed(1)} ms).`)
  } catch (error) {
    const wasRefused = errnoOf(error) === 'ECONNREFUSED'
    throw new PersonError(
      'unavailable',
      `${host}:${port} does not take connections (${errnoOf(error) ?? messageOf(error)}).`,
      {
        hint: wasRefused
          ? 'Nothing listens there: on its machine, systemctl status tracker (and the proxy in front of it).'
          : 'Something on the way keeps quiet: check the address, firewalls, and whether the machine is up.',
      },
    )
  } finally {
    socket.destroy()
  }
}

const shakeHands = async ({ url }: ApiTarget): Promise<Finding> => {
  const host = hostOf(url)
  const socket = connectTls({ host, port: portOf(url), servername: host, timeout: answerWithinMs })
  try {
    await opened(socket, 'secureConnect')
    return judgeCertificate(socket, Date.now())
  } catch (error) {
    throw new PersonError('unavailable', `TLS with ${host} fails: ${messageOf(error)}.`, {
      hint: certificateHint(errnoOf(error)),
    })
  } finally {
    socket.destroy()
  }
}

const judgeCertificate = (socket: TLSSocket, now: number): Finding => {
  const ends = new Date(socket.getPeerCertificate().valid_to)
  const message = `${socket.getProtocol() ?? 'TLS'}; the certificate is good until ${ends.toISOString().slice(0, 10)}.`
  return ends.getTime() - now < certificateEndsSoonMs ? warning(message, 'Renew it.') : ok(message)
}

const certificateHint = (code: string | undefined): string => {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return 'Renew the certificate; if it is in order, this machine’s clock is wrong: date'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'Use a name that is in the certificate: tracker login URL'
  if (code?.includes('SIGN') || code?.includes('ISSUER') || code?.includes('CERT'))
    return 'With a certificate authority of your own: export NODE_EXTRA_CA_CERTS=/path/ca.pem'
  return 'Check that https is what is spoken there.'
}

const judgePlainText = ({ url }: ApiTarget): Promise<Finding> =>
  Promise.resolve(
    /^(127\.|localhost$|::1$)/.test(hostOf(url))
      ? ok('None, and none is needed on one machine.')
      : warning(
          `The token goes to ${url} unencrypted.`,
          'Put a proxy with TLS in front of the tracker, as docs/nginx/tracker.conf shows, and log in to https://.',
        ),
  )

const health = defineRoute({
  method: 'GET',
  path: '/healthz',
  summary: 'Whether the tracker is alive',
  access: 'none',
  response: z.strictObject({ ok: z.literal(true) }),
})

const askWhetherItLives = async ({ url }: ApiTarget): Promise<Finding> => {
  const from = performance.now()
  await call({ target: { url } }, health, {}, answerWithinMs)
  return ok(`The tracker answers (${(performance.now() - from).toFixed(1)} ms).`)
}

const askWhoIAm = async (target: ApiTarget): Promise<Finding> => {
  try {
    const { name } = await call({ target }, getSession, {}, answerWithinMs)
    return ok(`The tracker knows it, as ${name}.`)
  } catch (error) {
    if (!(error instanceof PersonError) || error.code !== 'unauthenticated') throw error
    throw new PersonError(error.code, error.message, { hint: `Run: tracker login ${target.url}` })
  }
}

const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '')

const portOf = (url: string): number => {
  const { port, protocol } = new URL(url)
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

const opened = (socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once(event, resolve)
    socket.once('error', reject)
    socket.once('timeout', () => reject(new Error('no answer')))
  })
