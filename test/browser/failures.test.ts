import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Store, type Writing } from '../../tracker/db/store.ts'
import type { InstallState } from '../../shared/domain/install-state.ts'
import { Owned } from '../dev-env/owned.ts'
import { eventually } from '../dev-env/poll.ts'
import { TemporaryDirectory } from '../dev-env/temporary-directory.ts'
import { Tracker } from '../dev-env/tracker.ts'
import { launchBrowser, logIn, visit, type Visitor } from './browser.ts'
import { defaultRollout } from '../../shared/domain/rollout.ts'
import { newDeploy, newTarget } from '../fixtures/deploy-rows.ts'

const hosts = 2000

interface Fate {
  readonly state: InstallState
  readonly failedIn: InstallState
  readonly error: string | null
  readonly said: readonly string[]
}

/** Of each hundred hosts, ten lack a setting, two have no free port, and the others are well. */
const fateOf = (number: number): Fate => {
  if (number % 100 < 10) {
    const error = `web ended by itself (exit code 1) within ${40 + (number % 30)} ms of its start.`
    const said = [`[${1000 + number}] Error: KEY is not set on web-${number}.prod`]
    return { state: 'rolled-back', failedIn: 'checking', error, said }
  }
  if (number % 100 < 12) {
    const error = `Port ${8080 + (number % 2)} of web is held by process ${1000 + number} (nginx).`
    return { state: 'failed', failedIn: 'staged', error, said: [] }
  }
  return { state: 'committed', failedIn: 'checking', error: null, said: [] }
}

const idOf = (number: number): string => `h${String(number).padStart(12, '0')}`

const insertDeploy = (writing: Writing): number => {
  const id = writing.deploys.insert(
    newDeploy({
      createdAt: writing.now - 60_000,
      rollout: { ...defaultRollout, max_failures: 1000 },
      selection: { clusters: ['prod'], labels: [] },
    }),
  )
  for (let number = 0; number < hosts; number++) insertTarget(writing, id, number)
  writing.deploys.move(id, {
    state: 'partial',
    error: '240 hosts failed (at most 1000 may).',
    endedAt: writing.now,
    pausedFrom: null,
    now: writing.now,
  })
  return id
}

const insertTarget = (writing: Writing, deployId: number, number: number): void => {
  const hostId = idOf(number)
  const hostName = `web-${number}.prod`
  writing.targets.insert(
    newTarget(deployId, hostName, {
      hostId,
      batch: number % 5,
      previousDigest: null,
      updatedAt: writing.now,
    }),
  )
  const { state, failedIn, error, said } = fateOf(number)
  const move = (to: InstallState, why: string | null): void => {
    const target = writing.targets.get(deployId, hostId)
    if (target) writing.targets.setState(target, to, why, writing.now)
    const data = { hostName, state: to, at: writing.now, ...(why === null ? {} : { error: why }) }
    writing.emit({ kind: 'install.state', service: 'web', deployId, hostId, data })
  }
  move(failedIn, null)
  move(state, error)
  const target = writing.targets.get(deployId, hostId)
  if (target && said.length > 0) writing.targets.setSaid(target, said)
}

describe('a deploy to two thousand hosts, many of which failed', () => {
  const owned = new Owned()
  let browser: Browser
  let visitor: Visitor

  beforeAll(async () => {
    const directory = owned.add(await TemporaryDirectory.create()).path
    const tracker = owned.add(await Tracker.start({ directory }))
    using store = await Store.open(join(tracker.data, 'tracker.db'))
    const id = await store.write(insertDeploy)
    browser = await launchBrowser()
    visitor = await visit(browser, tracker.target.url)
    await visitor.page.goto(`/deploys/${id}`)
    await logIn(visitor.page, tracker.target.token ?? '')
  })
  afterAll(async () => {
    await browser.close()
    await owned[Symbol.asyncDispose]()
  })

  const problems = () => visitor.page.getByRole('region', { name: 'Problems' })
  const cards = () => problems().getByRole('article')

  test('tells each cause once, the biggest first, and what sets it apart', async () => {
    await problems().getByRole('heading', { name: '240 hosts did not come through, 2 causes' }).waitFor()
    expect(await cards().allInnerTexts()).toEqual([
      expect.stringMatching(/200 hosts rolled back\s*while checking[^]*Error: KEY is not set on web-0\.prod/),
      expect.stringMatching(
        /40 hosts failed\s*before the switch[^]*differs: Port 8080 \(web-10\.prod and 19 more\), 8081 \(web-11\.prod/,
      ),
    ])
  })

  test('a group opens to its hosts and closes again', async () => {
    const names = () => cards().first().getByRole('button', { name: /^web-/ }).count()
    expect(await names()).toBe(8)
    await cards().first().getByRole('button', { name: 'and 192 more' }).click()
    await eventually('all names', async () => (await names()) === 200)
    await cards().first().getByRole('button', { name: 'show fewer' }).click()
    await eventually('some names', async () => (await names()) === 8)
  })

  test('a host of a group opens its drawer', async () => {
    await cards().nth(1).getByRole('button', { name: 'web-11.prod' }).click()
    const drawer = visitor.page.getByRole('dialog', { name: 'Host web-11.prod' })
    await drawer.getByText('Port 8081 of web is held by process 1011 (nginx).').first().waitFor()
    await visitor.page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
  })

  test('and the page had nothing to complain of', () => {
    expect(visitor.complaints).toEqual([])
  })
})
