import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listFailures } from '../../shared/api/failures.ts'
import type { FailureGroup } from '../../shared/domain/failures/failure-group.ts'
import { Constellation } from '../dev-env/constellation.ts'
import { serviceFiles } from '../dev-env/service-files.ts'

const taken = ['web-2.prod', 'web-3.prod']

/** Two hosts on which somebody else holds the service's port, and one that lacks a setting. */
describe('two causes in one deploy', () => {
  let fleet: Constellation
  const strangers: Server[] = []
  const ports: number[] = []

  beforeAll(async () => {
    fleet = await Constellation.start({
      hosts: ['web-1.prod', ...taken].map((name) => ({ name, cluster: 'prod' })),
    })
  })
  afterAll(async () => {
    for (const stranger of strangers) stranger.close()
    await fleet[Symbol.asyncDispose]()
  })

  const holdPortOf = async (service: string, host: string): Promise<void> => {
    const port = await fleet.grabber(host).givePort(service)
    const stranger = createServer().listen(port, '127.0.0.1')
    await once(stranger, 'listening')
    strangers.push(stranger)
    ports.push(port)
  }

  const told = ({ step, error, line, hosts }: FailureGroup): object => ({
    step,
    error,
    line,
    hosts: hosts.map(({ hostName }) => hostName),
  })

  test('are two groups, the bigger first, each with what sets it apart and what differs in it', async () => {
    const service = await fleet.addService('web')
    const files = serviceFiles({ service: 'web', greeting: 'v1', kind: 'unlicensed' })
    const rollout = 'rollout: { canary: 3, max_failures: 3 }'
    await service.repo.commit(
      { ...files, 'service.yaml': files['service.yaml']!.replace(/^rollout:.*$/m, rollout) },
      'v1',
    )
    for (const host of taken) await holdPortOf('web', host)

    const { code, stdout } = await fleet.tracker.cli('deploy', 'web@v1', '-c', 'prod')
    expect(code).toBe(3)
    const { failures } = await fleet.tracker.call(listFailures, { params: { id: 1 } })
    expect(failures.map(told)).toEqual([
      {
        step: 'staged',
        error: expect.stringMatching(/^Port \d+ of web is held by process \d+/) as string,
        line: undefined,
        hosts: taken,
      },
      {
        step: 'checking',
        error: expect.stringMatching(/^web ended by itself \(exit code 1\)/) as string,
        line: 'Error: LICENCE is not set',
        hosts: ['web-1.prod'],
      },
    ])
    expect(failures[0]?.differences).toEqual([
      {
        after: 'Port ',
        values: taken.map((such, index) => ({ value: String(ports[index]), hosts: 1, such })),
        more: 0,
      },
    ])
    expect(stdout).toContain('3 hosts did not come through, 2 causes\n')
    expect(stdout).toContain(`differs: Port ${ports[0]} (web-2.prod), ${ports[1]} (web-3.prod)\n`)
  })
})
