import { execa } from 'execa'
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttps } from 'node:https'
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { Check } from '../../shared/domain/check.ts'
import { bundles, environment, run, type Ran } from '../dev-env/bundles.ts'
import { Constellation } from '../dev-env/constellation.ts'
import { clockShiftedBy, natsPidOf, readOnly } from '../dev-env/breakage.ts'
import { eventually } from '../dev-env/poll.ts'
import { Program } from '../dev-env/program.ts'

let fleet: Constellation
let artifacts: string

beforeAll(async () => {
  fleet = await Constellation.start({
    hosts: [
      { name: 'web-1.prod', cluster: 'prod' },
      { name: 'web-2.prod', cluster: 'prod' },
    ],
    reportInterval: '1s',
    silentAfter: '3s',
  })
  artifacts = join(fleet.tracker.data, 'artifacts')
  const web = await fleet.addService('web')
  await web.commit('v1')
  expect(await fleet.tracker.cli('deploy', 'web@v1', '-c', 'prod')).toMatchObject({ code: 0 })
})
afterAll(() => fleet[Symbol.asyncDispose]())

const Answer = z.strictObject({ checks: z.array(Check), summary: z.record(z.string(), z.int()) })

/** What is not well, as `part/name: message`, with the exit code. */
const findings = async (...flags: string[]): Promise<{ code: number | undefined; wrong: string[] }> => {
  const { code, stdout } = await fleet.tracker.cli('doctor', '--json', ...flags)
  return { code, wrong: wrongIn(stdout) }
}

const wrongIn = (json: string): string[] => {
  const { checks } = Answer.parse(JSON.parse(json))
  for (const check of checks) expect(check.status === 'ok' || check.hint !== undefined, check.name).toBe(true)
  return checks
    .filter(({ status }) => status !== 'ok')
    .map(({ part, name, status, message }) => `${status} ${part}/${name}: ${message}`)
}

const well = { code: 0, wrong: [] }
const matching = (text: RegExp): string => expect.stringMatching(text) as string
const isWellAgain = () =>
  eventually('all to be well', async () => ((await findings()).wrong.length === 0 ? true : undefined))

test('where all is well, it says so of every part, in an aligned list', async () => {
  await isWellAgain()
  const { code, stdout, stderr } = await fleet.tracker.cli('doctor')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const headings = stdout.split('\n').filter((line) => /^[a-z]/.test(line))
  expect(headings).toEqual(['here', 'tracker', 'nats', 'artifacts', 'packers', 'hosts'])
  expect(stdout).toMatch(/^ {2}✓ clock {7}It agrees with the tracker’s\.$/m)
  expect(stdout).toMatch(/^ {2}✓ reports {5}2 hosts, all reporting\.$/m)
  expect(stdout).toMatch(/^ {2}✓ tools {7}packer-1 has git \d\S+, node 20\S+, npm \S+, python 3\S+\.$/m)
  expect(stdout).toMatch(/^ {2}✓ sandbox {5}Builds run in a sandbox on packer-1\.$/m)
  expect(stdout).toMatch(/\nAll is well: \d+ checks\.$/)
})

describe('on the way to the tracker', () => {
  const doctor = (env: NodeJS.ProcessEnv): Promise<Ran> =>
    run(bundles.tracker, ['doctor', '--json'], { ...environment, APPTRACKER_CONFIG: '/nonexistent', ...env })
  const wrong = async (env: NodeJS.ProcessEnv): Promise<string[]> => {
    const { code, stdout } = await doctor(env)
    expect(code).toBe(1)
    return wrongIn(stdout)
  }
  const listen = async (server: Server): Promise<number> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  test('nobody is logged in', async () => {
    expect(await wrong({})).toEqual([matching(/^error here\/login: No tracker is chosen/)])
  })

  test('others can read the token', async () => {
    const path = join(fleet.directory, 'config.json')
    await writeFile(path, JSON.stringify(fleet.tracker.target), { mode: 0o644 })
    expect(await wrong({ APPTRACKER_CONFIG: path })).toEqual([
      matching(/^error here\/login: The config file .* can be read by others/),
    ])
    await chmod(path, 0o600)
    expect(await doctor({ APPTRACKER_CONFIG: path })).toMatchObject({ code: 0 })
  })

  test('the token is wrong', async () => {
    expect(await findings('--token', 'at_wrong')).toEqual({
      code: 1,
      wrong: [matching(/^error here\/token: The token is wrong/)],
    })
  })

  test('the name does not exist', async () => {
    expect(await findings('--url', 'http://tracker.invalid')).toEqual({
      code: 1,
      wrong: [matching(/^error here\/name: The name tracker\.invalid is not known/)],
    })
  })

  test('something else answers', async () => {
    const other = createTcp((socket) =>
      socket.on('error', () => undefined).end('HTTP/1.0 200 OK\r\n\r\nHello'),
    )
    const url = `http://127.0.0.1:${await listen(other)}`
    expect(await findings('--url', url)).toEqual({ code: 1, wrong: [matching(/^error here\/answer: /)] })
    other.close()
  })

  test('the certificate is of nobody that is trusted here', async () => {
    const [key, certificate] = [join(fleet.directory, 'key.pem'), join(fleet.directory, 'certificate.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const files = ['-keyout', key, '-out', certificate]
    await execa('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '30',
      ...subject,
      ...files,
    ])
    const pem = { key: await readFile(key), cert: await readFile(certificate) }
    const server = createHttps(pem, (_, response) => response.writeHead(502).end())
    const env = { TRACKER_URL: `https://localhost:${await listen(server)}`, TRACKER_TOKEN: 'at_x' }
    expect(await wrong(env)).toEqual([matching(/^error here\/encryption: .*self-signed certificate/)])
    expect(await wrong({ ...env, NODE_EXTRA_CA_CERTS: certificate })).toEqual([
      matching(/^error here\/answer: The tracker behind .* does not answer \(502\)/),
    ])
    server.close()
  })

  test('this machine’s clock is wrong', async () => {
    const { url, token } = fleet.tracker.target
    const env = {
      TRACKER_URL: url,
      TRACKER_TOKEN: token,
      NODE_OPTIONS: await clockShiftedBy(fleet.directory, -10),
    }
    const { code, stdout } = await doctor(env)
    expect({ code, wrong: wrongIn(stdout) }).toEqual({
      code: 0,
      wrong: ['warning here/clock: This machine’s clock is 10 min behind the tracker’s.'],
    })
  })

  test('the tracker is down', async () => {
    await fleet.tracker.stop()
    expect(await findings()).toEqual({
      code: 1,
      wrong: [matching(/^error here\/connection: .*ECONNREFUSED/)],
    })
    await fleet.tracker.startAgain()
    await isWellAgain()
  })
})

describe('behind the tracker', () => {
  test('nats-server does not answer', async () => {
    const pid = await natsPidOf(fleet.tracker)
    process.kill(pid, 'SIGSTOP')
    const { code, wrong } = await findings().finally(() => process.kill(pid, 'SIGCONT'))
    expect(code).toBe(1)
    expect(wrong).toContainEqual(matching(/^error nats\/answer: nats-server at .* does not answer/))
    await isWellAgain()
  })

  test('a secret can be read by others', async () => {
    const key = join(fleet.tracker.data, 'keys/order-key.pem')
    await chmod(key, 0o644)
    expect(await findings()).toEqual({
      code: 1,
      wrong: [matching(/^error tracker\/rights: Others .* may read keys\/order-key\.pem/)],
    })
    await chmod(key, 0o600)
    await chmod(fleet.tracker.data, 0o755)
    expect(await findings()).toEqual({ code: 0, wrong: [matching(/^warning tracker\/rights: Others/)] })
    await chmod(fleet.tracker.data, 0o700)
    expect(await findings()).toEqual(well)
  })

  test('the artifacts are gone', async () => {
    await rename(artifacts, `${artifacts}.away`)
    const { code, wrong } = await findings()
    expect(code).toBe(1)
    expect(wrong).toContainEqual(
      matching(/^error artifacts\/store: .* does not have the newest artifact, web@v1/),
    )
    expect(wrong).toContainEqual(matching(/^error artifacts\/download: .* answers 404/))
    await rm(artifacts, { recursive: true, force: true })
    await rename(`${artifacts}.away`, artifacts)
    expect(await findings()).toEqual(well)
  })

  test('artifacts cannot be stored', async () => {
    await using _lock = await readOnly(artifacts)
    expect(await findings()).toEqual({
      code: 1,
      wrong: [matching(/^error artifacts\/upload: packer-1: The artifact store .* cannot be used/)],
    })
  })

  test('a host is silent, and back', async () => {
    await fleet.grabber('web-2.prod').kill()
    const silent = 'warning hosts/reports: 1 of 2 hosts does not report: web-2.prod.'
    await eventually('the host to be missed', async () => (await findings()).wrong[0] === silent)
    expect(await findings()).toEqual({ code: 0, wrong: [silent] })
    await fleet.grabber('web-2.prod').startAgain()
    await isWellAgain()
  })

  test('the clock of a host is wrong', async () => {
    const { paths } = fleet.grabber('web-1.prod')
    await fleet.grabber('web-1.prod').stop()
    {
      await using _grabber = await Program.start({
        name: 'a grabber in the past',
        command: process.execPath,
        args: [bundles.grabber, 'run', '--state', paths.state, '--report-interval', '1s'],
        env: { ...environment, NODE_OPTIONS: await clockShiftedBy(fleet.directory, -10) },
        ready: /^Ready/m,
      })
      const wrong = 'warning hosts/clocks: The clocks of 1 host are wrong: web-1.prod is 10 min behind.'
      await eventually('its clock to be known', async () => (await findings()).wrong.includes(wrong))
    }
    await fleet.grabber('web-1.prod').startAgain()
    await isWellAgain()
  })

  test('no packer is there', async () => {
    await fleet.packer.stop()
    const { code, wrong } = await findings()
    expect(code).toBe(1)
    expect(wrong).toContainEqual(
      'error packers/answer: No packer answers, so nothing can be built: packer-1.',
    )
  })
})
