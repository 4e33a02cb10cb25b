import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type * as z from 'zod'
import { api } from '../../shared/api/index.ts'
import type { DeliveryView, HookView } from '../../shared/api/hooks.ts'
import { PersonError } from '../../shared/errors.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import { addBuilt } from '../../test/fixtures/add-built.ts'
import { addFleet } from '../../test/fixtures/every-change.ts'
import { forgeCall, payload } from '../../test/fixtures/forge-call.ts'
import { TrackerApi } from '../../test/fixtures/tracker-api.ts'

/** Commits of main, each the head after the one before; a branch beside it. */
const [a, b, c, beside] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(40)) as [
  string,
  string,
  string,
  string,
]
const line = [a, b, c]
const repo = 'https://forge.example/ann/shop'
const prod = { clusters: ['prod'] }

let tracker: TrackerApi
/** What each ref is at the forge. */
let refs: Record<string, string>
beforeEach(async () => {
  tracker = await TrackerApi.start()
  refs = { 'refs/heads/main': b }
  tracker.commitOf = (ref) => {
    const commit = /^[0-9a-f]{40}$/.test(ref) ? ref : refs[ref]
    if (commit === undefined)
      throw new PersonError('not-found', `There is no branch, tag or commit '${ref}'.`)
    const version = ref.startsWith('refs/tags/') ? ref.slice('refs/tags/'.length) : commit.slice(0, 10)
    return { commit, version, subject: 'Greet' }
  }
  const span = (count: number) => ({ count, latest: [] })
  tracker.spansOf = ([from = ''], to) => {
    if (from === beside) return [{ from, gained: span(1), lost: span(1) }]
    const steps = line.indexOf(to) - line.indexOf(from)
    return line.includes(from)
      ? [{ from, gained: span(Math.max(0, steps)), lost: span(Math.max(0, -steps)) }]
      : []
  }
  await tracker.store.write((writing) => {
    addFleet(writing)
    writing.services.upsert({ name: 'web', repo, path: '.', now: writing.now })
  })
})
afterEach(() => tracker[Symbol.asyncDispose]())

interface Shown {
  readonly name: string
  readonly path: string
  readonly secret: string
  readonly from: HookView['from']
}

const add = async (more: Partial<z.input<typeof api.addHook.body>> = {}): Promise<Shown> => {
  const body = { name: 'web-github', service: 'web', from: 'github', ...more } as const
  const answer = await tracker.call(api.addHook, { body })
  expect(answer).toMatchObject({ status: 201 })
  return { ...shownIn(answer.body), name: body.name, from: body.from }
}
const shownIn = (body: Record<string, unknown>) => {
  expect(body['url']).toMatch(/^https:\/\/tracker\.example\/hooks\/[\w-]{43}$/)
  const path = new URL(String(body['url'])).pathname
  return { path, secret: typeof body['secret'] === 'string' ? body['secret'] : '' }
}

const pushed = (commit: string, more: object = {}) => ({
  ...payload('github/push'),
  after: commit,
  head_commit: null,
  commits: [],
  ...more,
})
const tagged = (tag: string) => ({ ...payload('github/tag'), ref: `refs/tags/${tag}` })
const send = ({ path, secret, from }: Shown, said: object, event = 'push') => {
  const { body, headers } = forgeCall(from, said, secret, { event, now: tracker.now })
  return tracker.post(path, body, headers)
}
const shown = async ({ name }: Shown) => {
  const { body } = await tracker.call(api.getHook, { params: { name } })
  return body as unknown as HookView & { deliveries: DeliveryView[] }
}
/** Once nothing waits any more: newest first. */
const settled = (hook: Shown): Promise<DeliveryView[]> =>
  eventually('the deliveries to be carried out', async () => {
    const { deliveries } = await shown(hook)
    return !deliveries.some(({ state }) => state === 'waiting') && deliveries
  })
const builds = () =>
  tracker.store.read.builds
    .list('web', 100)
    .reverse()
    .map(({ commit }) => commit)
const deploys = () => tracker.store.read.deploys.list({ service: 'web' }, 100).reverse()
const trail = () => tracker.store.read.audit.list({}, 100).filter(({ who }) => who.startsWith('hook '))

describe('a push', () => {
  test('is answered at once, and built', async () => {
    const hook = await add()
    const { status, body } = await send(hook, pushed(b))
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { state: 'waiting', what: 'push of main by ann' },
    })
    expect(await settled(hook)).toMatchObject([
      {
        state: 'started',
        commit: b,
        version: b.slice(0, 10),
        build: { id: 1, url: 'https://tracker.example/builds/1' },
      },
    ])
    expect(builds()).toEqual([b])
    expect(deploys()).toEqual([])
    expect(trail()).toMatchObject([
      { who: 'hook web-github', action: 'build.start', subject: 'build 1', service: 'web' },
    ])
  })

  test('that comes again is not built again, also after a restart', async () => {
    const hook = await add()
    const { body, headers } = forgeCall('github', pushed(b), hook.secret)
    await tracker.post(hook.path, body, headers)
    await settled(hook)
    await tracker.restart()
    expect(await tracker.post(hook.path, body, headers)).toMatchObject({
      status: 202,
      body: { id: 1, state: 'started' },
    })
    expect(await settled(hook)).toHaveLength(1)
  })

  test('of the form that GitHub calls form is read too', async () => {
    const hook = await add()
    const { body, headers } = forgeCall('github', pushed(b), hook.secret)
    const form = new URLSearchParams({ payload: body }).toString()
    const signed = { ...forgeCallOf(form, hook.secret), 'x-github-event': 'push' }
    expect(headers['content-type']).toBe('application/json')
    expect(await tracker.post(hook.path, form, signed)).toMatchObject({ status: 202 })
    await settled(hook)
    expect(builds()).toEqual([b])
  })

  test('that nobody could carry out before the tracker was stopped is carried out when it is back', async () => {
    const hook = await add()
    tracker.beforeResolving = () => new Promise(() => undefined)
    await send(hook, pushed(b))
    await eventually('the packer to be asked', () => tracker.resolved > 0)
    tracker.beforeResolving = () => Promise.resolve()
    await tracker.restart()
    expect(await settled(hook)).toMatchObject([{ state: 'started' }])
  })

  test('is tried again while no packer answers, and given up in the end', async () => {
    const hook = await add()
    let asked = 0
    tracker.commitOf = () => {
      asked += 1
      if (asked === 8) tracker.now += 61_000
      throw new PersonError('unavailable', 'No packer answers.')
    }
    await send(hook, pushed(b))
    expect(await settled(hook)).toMatchObject([{ state: 'failed' }])
    expect(asked).toBeGreaterThanOrEqual(8)
  })

  test('that failed is taken up anew when it is delivered again', async () => {
    const hook = await add()
    delete refs['refs/heads/main']
    const { body, headers } = forgeCall('github', pushed(b), hook.secret)
    await tracker.post(hook.path, body, headers)
    expect(await settled(hook)).toMatchObject([
      { state: 'failed', why: "There is no branch, tag or commit 'refs/heads/main'." },
    ])
    refs = { 'refs/heads/main': b }
    await tracker.post(hook.path, body, headers)
    expect(await settled(hook)).toMatchObject([{ id: 1, state: 'started' }])
  })

  test('of a commit that is not on its branch, or not in the repo, is not built', async () => {
    const hook = await add()
    await send(hook, pushed(beside))
    await settled(hook)
    await send(hook, pushed('e'.repeat(40)))
    expect(await settled(hook)).toMatchObject([
      { state: 'failed', why: 'The repo of web has no commit eeeeeeeeee.' },
      { state: 'failed', why: 'dddddddddd is not on main, or not any more.' },
    ])
    expect(builds()).toEqual([])
  })

  test('of another repo builds the service’s own, and says so', async () => {
    const hook = await add()
    const repository = {
      ...(payload('github/push')['repository'] as object),
      clone_url: 'https://evil.example/x.git',
      ssh_url: undefined,
      html_url: undefined,
    }
    await send(hook, pushed(b, { repository }))
    expect(await settled(hook)).toMatchObject([
      {
        state: 'started',
        why: `It speaks of https://evil.example/x.git; what is built is web’s own repo, ${repo}.`,
      },
    ])
  })

  test('that is none of those that are wanted is skipped, with the reason in its answer', async () => {
    const hook = await add({ branches: ['release/*'] })
    expect(await send(hook, pushed(b))).toMatchObject({
      status: 200,
      body: { state: 'skipped', why: 'Only branch release/* is built.' },
    })
    expect(await send(hook, payload('github/ping'), 'ping')).toMatchObject({
      status: 200,
      body: { state: 'skipped', why: 'A ping: the hook is set up.' },
    })
    expect(builds()).toEqual([])
  })
})

const signatureOf = (body: string, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

const forgeCallOf = (form: string, secret: string) => {
  const { headers } = forgeCall('github', {}, secret)
  return {
    ...headers,
    'content-type': 'application/x-www-form-urlencoded',
    'x-hub-signature-256': signatureOf(form, secret),
  }
}

describe('a call that is not believed', () => {
  test('is refused with a sentence, leaves no delivery, and is seen in the list', async () => {
    const hook = await add()
    const stranger = { ...hook, secret: 'ats_wrong' }
    const { status, body } = await send(stranger, pushed(b))
    expect({ status, body }).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    expect(await shown(hook)).toMatchObject({
      deliveries: [],
      refused: { at: tracker.now, why: expect.stringMatching(/^X-Hub-Signature-256 does not fit/) as string },
    })
    expect(builds()).toEqual([])
  })

  test('is not even read where there is no hook', async () => {
    const hook = await add()
    const nowhere = { ...hook, path: `/hooks/${'x'.repeat(43)}` }
    expect(await send(nowhere, pushed(b))).toMatchObject({ status: 404, body: { code: 'not-found' } })
  })

  test('may be neither too large nor too frequent', async () => {
    const hook = await add()
    const huge = pushed(b, { padding: 'x'.repeat(6 * 1024 * 1024) })
    expect(await send(hook, huge)).toMatchObject({ status: 413 })
    const answers = await Promise.all(
      Array.from({ length: 70 }, () => send(hook, payload('github/ping'), 'ping')),
    )
    expect(answers.map(({ status }) => status).filter((status) => status === 429)).toHaveLength(11)
    tracker.now += 60_000
    expect(await send(hook, pushed(b))).toMatchObject({ status: 202 })
  })

  test.each([
    ['no JSON', '{"ref":', 400],
    ['another shape', '{"ref":"refs/heads/main"}', 422],
  ])('because it is %s', async (_, body, status) => {
    const hook = await add()
    const { headers } = forgeCall('github', {}, hook.secret)
    const signed = { ...headers, 'x-hub-signature-256': signatureOf(body, hook.secret) }
    expect(await tracker.post(hook.path, body, signed)).toMatchObject({ status })
    expect(await shown(hook)).toMatchObject({ refused: { at: tracker.now } })
  })
})

describe('a rotated hook', () => {
  test('has a new URL and a new secret, and the old ones count no more', async () => {
    const hook = await add()
    const { body } = await tracker.call(api.rotateHook, { params: { name: hook.name }, body: {} })
    const renewed = { ...hook, ...shownIn(body) }
    expect(await send(hook, pushed(b))).toMatchObject({ status: 404 })
    expect(await send({ ...renewed, secret: hook.secret }, pushed(b))).toMatchObject({ status: 401 })
    expect(await send(renewed, pushed(b))).toMatchObject({ status: 202 })
  })

  test('nothing of a secret is in what the API shows later, nor readable in the database', async () => {
    const hook = await add()
    const told = JSON.stringify([await shown(hook), tracker.store.read.hooks.named(hook.name), trail()])
    expect(told).not.toContain(hook.secret)
    expect(told).not.toContain(hook.path.slice('/hooks/'.length))
  })
})

test('a removed hook leaves nothing, and its calls find nobody', async () => {
  const hook = await add()
  await send(hook, payload('github/ping'), 'ping')
  expect(await tracker.call(api.removeHook, { params: { name: hook.name } })).toMatchObject({ status: 200 })
  expect(await send(hook, pushed(b))).toMatchObject({ status: 404 })
  expect(await tracker.call(api.listHooks, {})).toMatchObject({ body: { hooks: [] } })
})

test('of the deliveries of a hook the last 50 are kept', async () => {
  const hook = await add()
  for (let index = 0; index < 55; index += 1) await send(hook, payload('github/ping'), 'ping')
  const { deliveries } = await shown(hook)
  expect(deliveries).toHaveLength(50)
  expect(deliveries[0]?.id).toBe(55)
})

describe('where paths matter', () => {
  const changes: (string | undefined)[][] = []
  beforeEach(async () => {
    changes.length = 0
    await tracker.store.write((writing) =>
      writing.services.upsert({ name: 'web', repo, path: 'web', now: writing.now }),
    )
  })

  test('it is built when something has changed there since it was built last, else not', async () => {
    const hook = await add({ paths: ['libs'] })
    tracker.changed = (from, to, globs) => {
      changes.push([from, to, globs.join()])
      return { known: true, ...(to === b ? {} : { path: 'web/a.ts' }) }
    }
    const before = { before: a }
    await send(hook, pushed(b, before))
    expect(await settled(hook)).toMatchObject([
      { state: 'skipped', why: 'Nothing has changed in web, libs since aaaaaaaaaa of main.' },
    ])
    refs = { 'refs/heads/main': c }
    await send(hook, pushed(c, { before: b }))
    expect((await settled(hook))[0]).toMatchObject({ state: 'started', commit: c })
    await send(hook, pushed(c, { before: b }))
    await settled(hook)
    expect(changes).toEqual([
      [a, b, 'web,libs'],
      [b, c, 'web,libs'],
      [c, c, 'web,libs'],
    ])
  })

  test('it is built where that is not known, and a new branch always', async () => {
    const hook = await add()
    await send(hook, pushed(b, { before: a }))
    await settled(hook)
    const fresh = await add({ name: 'fresh' })
    tracker.changed = () => ({ known: true })
    await send(fresh, pushed(b, { before: '0'.repeat(40) }))
    expect([...(await settled(hook)), ...(await settled(fresh))]).toMatchObject([
      { state: 'started' },
      { state: 'started' },
    ])
  })
})

describe('continuous deployment', () => {
  const push = async (hook: Shown, commit: string, more: object = {}) => {
    refs = { ...refs, 'refs/heads/main': commit }
    await send(hook, pushed(commit, more))
    return (await settled(hook))[0]
  }

  test('builds and deploys, as the hook', async () => {
    const hook = await add({ deploy: prod })
    expect(await push(hook, b)).toMatchObject({ build: { id: 1 }, deploy: { id: 1, state: 'planned' } })
    expect(deploys()).toMatchObject([
      {
        createdBy: 'hook web-github',
        reason: 'main is at bbbbbbbbbb by ann: Greet',
        commit: b,
        buildId: 1,
        queue: true,
        selection: { clusters: ['prod'] },
      },
    ])
    expect(trail().map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      'build.start build 1',
      'deploy.create deploy 1',
    ])
  })

  test('a newer push replaces a deploy that has touched no host', async () => {
    const hook = await add({ deploy: prod })
    await push(hook, b)
    await push(hook, c)
    expect(deploys().map(({ commit, state, error }) => [commit, state, error])).toEqual([
      [b, 'cancelled', 'Cancelled by hook web-github: a newer push came.'],
      [c, 'planned', null],
    ])
    expect(builds()).toEqual([b, c])
    expect(tracker.store.read.builds.get(1)).toMatchObject({
      state: 'cancelled',
      error: 'Cancelled by hook web-github: a newer push came.',
    })
  })

  test('one that has begun on hosts goes on, and the newer one waits for it', async () => {
    const hook = await add({ deploy: prod })
    await push(hook, b)
    await tracker.store.write((writing) =>
      writing.deploys.move(1, { state: 'rolling', error: null, endedAt: null, pausedFrom: null, now: 1 }),
    )
    await push(hook, c)
    expect(deploys().map(({ state }) => state)).toEqual(['rolling', 'queued'])
  })

  test('a push that comes late is built, but never deployed over a newer one', async () => {
    const hook = await add({ deploy: prod })
    await push(hook, c)
    await send(hook, pushed(b))
    expect((await settled(hook))[0]).toMatchObject({
      state: 'started',
      commit: b,
      why: 'Not deployed: cccccccccc, which this hook deployed, is newer.',
    })
    expect(deploys()).toHaveLength(1)
  })

  test('a branch that was set back on purpose is deployed as it is', async () => {
    const hook = await add({ deploy: prod })
    await push(hook, c)
    expect(await push(hook, a, { forced: true })).toMatchObject({ state: 'started', deploy: { id: 2 } })
  })

  test('an old tag that comes again is not deployed', async () => {
    const hook = await add({ deploy: prod, tags: ['v*'] })
    refs = { 'refs/tags/v1': a, 'refs/tags/v2': b }
    for (const tag of ['v1', 'v2', 'v1']) {
      await send(hook, tagged(tag))
      await settled(hook)
    }
    expect(deploys().map(({ version }) => version)).toEqual(['v1', 'v2'])
  })

  test('[skip deploy] builds only', async () => {
    const hook = await add({ deploy: prod })
    expect(await push(hook, b, { head_commit: { message: 'Try [skip deploy]' } })).toMatchObject({
      state: 'started',
      why: 'The message of its commit says [skip deploy].',
    })
    expect(deploys()).toEqual([])
    expect(builds()).toEqual([b])
  })

  test('waits for a lock, like a deploy that queues', async () => {
    const hook = await add({ deploy: prod })
    await tracker.call(api.takeLock, { body: { service: 'web', reason: 'Monday' } })
    expect(await push(hook, b)).toMatchObject({ deploy: { state: 'queued' } })
  })

  test('says why it deploys nothing, and builds all the same', async () => {
    const hook = await add({ deploy: { clusters: ['test'] } })
    expect(await push(hook, b)).toMatchObject({
      state: 'started',
      build: { id: 1 },
      why: 'Not deployed: No host matches cluster test.',
    })
    await tracker.store.write((writing) => {
      const bad = {
        service: 'web',
        digest: '9'.repeat(64),
        version: 'v9',
        reason: 'it was bad',
        deployId: 1,
        at: 1,
      }
      addBuilt(writing, bad.digest, { commit: c })
      writing.quarantine.put(bad)
    })
    const other = await add({ name: 'other', deploy: prod })
    expect(await push(other, c)).toMatchObject({
      build: { state: 'built' },
      why: expect.stringMatching(/^Not deployed: .*quarantine/) as string,
    })
    expect(deploys()).toEqual([])
  })
})

test('what waits for the same branch behind a packer that is away is built once, at its newest', async () => {
  const hook = await add()
  let goOn = (): void => undefined
  tracker.beforeResolving = () => new Promise((resolve) => (goOn = resolve))
  await send(hook, pushed(a))
  await eventually('the packer to be asked', () => tracker.resolved === 1)
  refs = { 'refs/heads/main': c }
  for (const commit of [b, c]) await send(hook, pushed(commit))
  tracker.beforeResolving = () => Promise.resolve()
  goOn()
  expect((await settled(hook)).map(({ state }) => state)).toEqual(['started', 'replaced', 'started'])
  expect(builds()).toEqual([a, c])
})

describe('a trigger', () => {
  const trigger = (more: object = {}) => add({ name: 'web-trigger', from: 'trigger', ...more })
  const call = (hook: Shown, body = '', headers: Record<string, string> = {}) =>
    tracker.post(hook.path, body, headers)

  test('is called by its URL alone, and answers with its build', async () => {
    refs = { HEAD: b }
    const hook = await trigger()
    expect(hook.secret).toBe('')
    expect(await call(hook)).toMatchObject({
      status: 202,
      body: {
        what: 'asked for the default branch',
        state: 'started',
        commit: b,
        build: { id: 1, url: 'https://tracker.example/builds/1' },
      },
    })
  })

  test('builds what it is asked for, of the branches and tags that it may', async () => {
    refs = { 'refs/heads/main': c, 'refs/tags/v1': a }
    const hook = await trigger({ branches: ['main'], tags: ['v*'] })
    expect(await call(hook, '{"ref":"refs/tags/v1"}')).toMatchObject({
      body: { state: 'started', version: 'v1' },
    })
    expect(await call(hook, `{"ref":"main","commit":"${b}"}`)).toMatchObject({
      body: { state: 'started', commit: b },
    })
    expect(await call(hook, '{"ref":"evil"}')).toMatchObject({ status: 200, body: { state: 'skipped' } })
    const asCurlSendsIt = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(await call(hook, '{"ref":"main"}', asCurlSendsIt)).toMatchObject({
      body: { what: 'asked for main' },
    })
    expect(await call(hook, 'ref=main', asCurlSendsIt)).toMatchObject({ status: 400 })
    expect(await call(hook, '{}')).toMatchObject({
      status: 200,
      body: { state: 'skipped', why: 'It must say which: branch main, tag v* are built.' },
    })
  })

  test('with a key is done once', async () => {
    const hook = await trigger()
    refs = { HEAD: b }
    const key = { 'idempotency-key': 'ci-77' }
    expect(await call(hook, '', key)).toMatchObject({ body: { id: 1 } })
    expect(await call(hook, '', key)).toMatchObject({ body: { id: 1 } })
  })
})

describe('a hook is refused', () => {
  const github = { name: 'x', service: 'web', from: 'github' } as const
  test.each([
    [{ ...github, name: 'X' }, 422, 'name'],
    [{ ...github, service: 'nobody' }, 404, 'service'],
    [{ ...github, branches: ['a b'] }, 422, 'branches.0'],
    [{ ...github, deploy: { clusters: [], labels: [], pattern: '(' } }, 422, 'selection.pattern'],
    [{ ...github, forgeUrl: 'https://forge.example' }, 422, 'forgeUrl'],
    [{ ...github, forgeUrl: 'http://forge.example', statusToken: 't' }, 422, 'forgeUrl'],
    [{ ...github, from: 'trigger' as const, statusToken: 't' }, 422, 'statusToken'],
  ])('%j', async (body, status, field) => {
    expect(await tracker.call(api.addHook, { body })).toMatchObject({ status, body: { field } })
  })

  test('by a name that is taken', async () => {
    await add()
    expect(await tracker.call(api.addHook, { body: { ...github, name: 'web-github' } })).toMatchObject({
      status: 409,
    })
  })
})
