import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { QueryOf } from '../../shared/api/route.ts'
import { api } from '../../shared/api/index.ts'
import type { DeployState } from '../../shared/domain/deploy-state.ts'
import { TrackerApi } from '../../test/fixtures/tracker-api.ts'
import { newDeploy, newTarget } from '../../test/fixtures/deploy-rows.ts'

const start = 1_790_000_000_000
let tracker: TrackerApi

beforeAll(async () => {
  tracker = await TrackerApi.start()
  await addDeploy('web', 'succeeded', 'ci', ['web-1.prod', 'web-2.prod'])
  await addDeploy('mail', 'failed', 'ci', ['mail-1.prod'])
  await addDeploy('web', 'failed', 'ops', ['web-1.test'])
  await addDeploy('web', 'failed', 'ci', ['web-2.prod', 'web-1.test'])
})
afterAll(() => tracker[Symbol.asyncDispose]())

/** Deploy N is made N minutes after the start. */
const addDeploy = (service: string, state: DeployState, createdBy: string, hosts: readonly string[]) =>
  tracker.store.write((writing) => {
    tracker.now += 60_000
    const deployId = writing.deploys.insert(
      newDeploy({ service, digest: null, createdBy, createdAt: tracker.now }),
    )
    writing.deploys.move(deployId, {
      state,
      error: null,
      endedAt: tracker.now,
      pausedFrom: null,
      now: tracker.now,
    })
    hosts.forEach((hostName, index) =>
      writing.targets.insert(
        newTarget(deployId, hostName, {
          hostId: `h00000000000${index}`,
          cluster: hostName.split('.')[1] ?? '',
          digest: null,
          updatedAt: tracker.now,
        }),
      ),
    )
  })

const minute = (count: number): string => String(start + count * 60_000)

describe('GET /api/v1/deploys', () => {
  test.each<[QueryOf<typeof api.listDeploys>, number[]]>([
    [{}, [4, 3, 2, 1]],
    [{ limit: 2 }, [4, 3]],
    [{ before: 3 }, [2, 1]],
    [{ service: 'mail' }, [2]],
    [{ state: 'failed' }, [4, 3, 2]],
    [{ createdBy: 'ops' }, [3]],
    [{ host: 'web-2.prod' }, [4, 1]],
    [{ host: 'web-2' }, []],
    [{ cluster: 'test' }, [4, 3]],
    [{ since: minute(3) }, [4, 3]],
    [{ until: minute(2) }, [2, 1]],
    [{ since: minute(2), until: minute(3) }, [3, 2]],
    [{ service: 'web', state: 'failed', host: 'web-1.test', createdBy: 'ci' }, [4]],
    [{ service: 'web', state: 'failed', before: 4 }, [3]],
  ])('with %j', async (query, ids) => {
    const { body } = await tracker.call(api.listDeploys, { query })
    expect((body['deploys'] as { id: number }[]).map(({ id }) => id)).toEqual(ids)
  })

  test.each<[string, QueryOf<typeof api.listDeploys>]>([
    ['state', { state: 'broken' as DeployState }],
    ['host', { host: '../x' }],
    ['since', { since: 'yesterday' }],
  ])('refuses a bad %s', async (field, query) => {
    const { status, body } = await tracker.call(api.listDeploys, { query })
    expect({ status, body }).toMatchObject({ status: 422, body: { field } })
  })
})
