import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBuild } from '../../shared/api/builds.ts'
import { createDeploy, getDeploy } from '../../shared/api/deploys.ts'
import { releaseLock, takeLock } from '../../shared/api/locks.ts'
import type { BodyOf } from '../../shared/api/route.ts'
import { deployTransitions } from '../../shared/domain/deploy-state.ts'
import { isEnd } from '../../shared/domain/transitions.ts'
import { Constellation } from '../dev-env/constellation.ts'
import { eventually } from '../dev-env/poll.ts'
import { serviceFiles } from '../dev-env/service-files.ts'
import { launchBrowser, logIn, visit, type Visitor } from './browser.ts'

/** What is written on the document is gone after a reload. */
const markDocument = `document.body.setAttribute('data-same-document', '')`

const dying = `console.error('no such thing as three'); process.exit(1)\n`

/** A build that ends only when it is cancelled. */
const endless = (greeting: string): Record<string, string> => ({
  ...serviceFiles({ service: 'web', greeting }),
  'package.json': JSON.stringify({
    ...{ name: 'web', version: '1.0.0', private: true },
    scripts: { build: 'sleep 3600' },
  }),
})

/** One fleet, one visitor; the tests follow one another as a person would. */
describe('the web page', () => {
  let fleet: Constellation
  let browser: Browser
  let visitor: Visitor
  let page: Page

  beforeAll(async () => {
    fleet = await Constellation.start({
      hosts: ['web-1.prod', 'web-2.prod', 'web-3.prod'].map((name) => ({ name, cluster: 'prod' })),
    })
    const { repo } = await fleet.addService('web')
    await repo.commit(serviceFiles({ service: 'web', greeting: 'one' }), 'v1', 'Say one')
    await repo.commit(serviceFiles({ service: 'web', greeting: 'two' }), 'v2', 'Say two')
    await repo.commit(
      { ...serviceFiles({ service: 'web', greeting: 'three' }), 'server.js': dying },
      'v3',
      'Break it',
    )
    for (const tag of ['slow-1', 'slow-2']) await repo.commit(endless(tag), tag, 'Take for ever')
    await repo.commit(
      serviceFiles({ service: 'web', greeting: 'four', kind: 'unbuildable' }),
      'v4',
      'No oven',
    )
    browser = await launchBrowser()
    visitor = await visit(browser, fleet.tracker.target.url)
    page = visitor.page
  })

  afterAll(async () => {
    await browser.close()
    await fleet[Symbol.asyncDispose]()
  })

  const deploy = async (ref: string, more: Partial<BodyOf<typeof createDeploy>> = {}): Promise<number> =>
    (await fleet.tracker.call(createDeploy, { body: { service: 'web', ref, ...more } })).id

  const ended = (id: number): Promise<unknown> =>
    eventually(`the end of deploy ${id}`, async () => {
      const { state } = await fleet.tracker.call(getDeploy, { params: { id } })
      return isEnd(deployTransitions, state)
    })

  const shows = (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor()
  const showsState = (word: string): Promise<void> =>
    page.locator('main .page-header .badge', { hasText: word }).waitFor()
  const idInAddress = (): number => Number(new URL(page.url()).pathname.split('/').at(-1))

  test('a wrong token is refused in a sentence, and lets nobody in', async () => {
    await page.goto('/versions?sync=out')
    await logIn(page, 'at_wrong')
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').textContent()).toMatch(/token/i)
    expect(page.url()).toContain('/login')
  })

  test('the right token leads back to where one was', async () => {
    await logIn(page, fleet.tracker.target.token ?? '')
    await page.getByRole('heading', { name: 'Versions' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/versions')
    expect(new URL(page.url()).search).toBe('?sync=out')
  })

  test('nothing deployed yet: the list says how to begin', async () => {
    await page.goto('/')
    await shows('No deploys yet')
  })

  test('a deploy runs to its end before one’s eyes, without a reload', async () => {
    const id = await deploy('v1')
    await page.locator(`a[href="/deploys/${id}"]`).waitFor()
    await page.evaluate(markDocument)
    await page.locator(`a[href="/deploys/${id}"]`).click()
    await showsState('succeeded')
    expect(await page.locator('button.host.tone-good').count()).toBe(3)
    expect(await page.getByRole('list', { name: 'Phases' }).locator('.passed').count()).toBe(5)
    expect(await page.locator('body[data-same-document]').count()).toBe(1)
  })

  test('a build has its steps, its log and what is inside', async () => {
    await page.getByRole('link', { name: /^build \d+$/ }).click()
    await page.getByLabel('Build log').waitFor()
    await eventually('lines of the log', async () => (await page.locator('.log-line').count()) > 3)
    await page.getByRole('region', { name: 'Steps' }).getByText('npm ci').waitFor()
    await page.getByRole('region', { name: 'Inside' }).getByText('files at the top').waitFor()
    await page.getByRole('region', { name: 'Changes' }).getByText('There is no earlier build').waitFor()
  })

  test('the log of a build can be searched', async () => {
    await page.getByLabel('Search the log').fill('STORED as')
    await page.keyboard.press('Enter')
    await page.getByLabel('Found in the log').locator('mark', { hasText: 'Stored as' }).waitFor()
    await page.getByLabel('Search the log').fill('')
    await page.getByLabel('Build log').waitFor()
  })

  test('a host’s drawer tells its steps, and closes on Escape with the focus where it was', async () => {
    await page.goBack()
    await page.getByRole('button', { name: 'web-2.prod: done' }).click()
    const drawer = page.getByRole('dialog', { name: 'Host web-2.prod' })
    await drawer.locator('.step', { hasText: 'unpacking' }).waitFor()
    await drawer.locator('.step', { hasText: 'done' }).waitFor()
    expect(page.url()).toMatch(/\?host=h[0-9a-f]{12}$/)
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    expect(await page.evaluate(`document.activeElement.getAttribute('aria-label')`)).toBe('web-2.prod: done')
  })

  test('a version that dies rolls back, and the drawer shows what it printed', async () => {
    await ended(await deploy('v2'))
    const id = await deploy('v3')
    await page.goto(`/deploys/${id}`)
    await showsState('rolled back')
    await page.getByRole('region', { name: 'Problems' }).getByRole('button', { name: 'web-1.prod' }).click()
    await page.getByLabel('Output of the service').getByText('no such thing as three').waitFor()
    await page.keyboard.press('Escape')
  })

  test('the legend shows only hosts in one state', async () => {
    await page.getByRole('button', { name: '1 rolled back' }).click()
    await eventually('one host', async () => (await page.locator('button.host').count()) === 1)
    expect(new URL(page.url()).search).toBe('?state=rolled-back')
  })

  test('Retry asks first, and goes to the new deploy', async () => {
    const before = idInAddress()
    await page.getByRole('button', { name: 'Retry' }).click()
    await shows('The version is in quarantine')
    await page.getByRole('textbox', { name: /^Reason/ }).fill('it may have been the weather')
    await page.getByRole('dialog').getByRole('button', { name: 'Retry', exact: true }).click()
    await shows(`retry of`)
    expect(idInAddress()).toBeGreaterThan(before)
    await showsState('rolled back')
  })

  test('a lock is shown with its owner and reason, keeps a retry from beginning, and goes', async () => {
    const failed = idInAddress()
    const place = { service: 'web', cluster: 'prod' }
    await fleet.tracker.call(takeLock, { body: { ...place, reason: 'the database moves' } })
    await page.goto('/services')
    await shows(/web in prod is locked by admin: “the database moves”/)
    await page.goto(`/deploys/${failed}`)
    await page.getByText('web in prod is locked').waitFor()
    await page.getByRole('button', { name: 'Retry' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: /^Reason/ }).fill('now')
    await dialog.getByRole('button', { name: 'Retry', exact: true }).click()
    await dialog.getByRole('alert').getByText('web in prod is locked by admin until').waitFor()
    await fleet.tracker.call(releaseLock, { body: place })
    await page.reload()
    await page.getByRole('heading', { name: 'Hosts' }).waitFor()
    expect(await page.getByText('is locked').count()).toBe(0)
  })

  test('Roll back brings every host back to what it ran before', async () => {
    await page.goto('/')
    await page.getByRole('link', { name: /web@v2/ }).click()
    await showsState('succeeded')
    await page.getByRole('button', { name: 'Roll back' }).click()
    await page.getByLabel('Reason').fill('two was too many')
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click()
    await shows('rollback of')
    await shows('two was too many')
    await showsState('succeeded')
    await eventually(
      'three done hosts',
      async () => (await page.locator('button.host.is-done').count()) === 3,
    )
  })

  test('what makes no sense cannot be clicked, and says why', async () => {
    const retry = page.getByRole('button', { name: 'Retry' })
    await expect.poll(() => retry.getAttribute('aria-disabled')).toBe('true')
    expect(await retry.getAttribute('title')).toBe('Every host has the version.')
  })

  test('a failed build fails the deploy with its log, and touches no host', async () => {
    await page.goto(`/deploys/${await deploy('v4')}`)
    await showsState('failed')
    await page.getByLabel('Build log').getByText('the oven is cold', { exact: true }).waitFor()
    expect(await page.locator('button.host.is-waiting').count()).toBe(3)
  })

  test('a build is begun on the page, and packers say who has it and for what another waits', async () => {
    await page.goto('/builds')
    await page.getByRole('button', { name: 'Build now' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox').selectOption('web')
    await dialog.getByLabel('Branch, tag or commit').fill('slow-1')
    await dialog.getByRole('button', { name: 'Build', exact: true }).click()
    await dialog.getByRole('button', { name: /^Show build/ }).click()
    await showsState('building')
    const first = idInAddress()
    const { build: second } = await fleet.tracker.call(startBuild, {
      body: { service: 'web', ref: 'slow-2' },
    })
    await page.goto('/packers')
    const packer = page.getByRole('listitem').filter({ hasText: 'packer-1' })
    await packer.getByRole('link', { name: `${first} web@slow-1` }).waitFor()
    await packer.getByText(/linux \w+, git .*; .* free/).waitFor()
    const queue = page.getByRole('region', { name: 'Queue' })
    await queue.getByText('Each packer that has room builds web already').waitFor()
    for (const id of [second.id, first]) {
      await page.getByRole('button', { name: `Cancel build ${id}` }).click()
      await dialog.getByRole('button', { name: 'Cancel the build' }).click()
      await page.getByRole('button', { name: `Cancel build ${id}` }).waitFor({ state: 'detached' })
    }
    await queue.getByText('Nothing waits.').waitFor()
  })

  test('what was built before is not built again, and the page says why', async () => {
    await page.goto('/services/web')
    await page.getByRole('button', { name: 'Build now' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Branch, tag or commit').fill('v1')
    await dialog.getByRole('button', { name: 'Build', exact: true }).click()
    await dialog.getByText(/^Commit \w+ was built in the same way before/).waitFor()
    await page.keyboard.press('Escape')
  })

  test('storage says what is kept and why, by a rule that can be changed', async () => {
    await page.goto('/storage')
    await page.getByRole('region', { name: 'By service' }).getByRole('link', { name: 'web' }).click()
    const artifacts = page.getByRole('region', { name: 'Artifacts' })
    await artifacts.getByText('is one of the newest 10').first().waitFor()
    await page.getByRole('button', { name: 'Change' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('The newest so many').fill('7')
    await dialog.getByRole('button', { name: 'Keep this' }).click()
    await page.getByText('web: the newest 7, all tags, whatever is younger than 30 days.').waitFor()
    await artifacts.getByText('is one of the newest 7').first().waitFor()
  })

  test('a hook is made on the page, shows its URL once, tells what came of a call, and goes', async () => {
    await page.goto('/services')
    await page.getByRole('link', { name: 'web', exact: true }).click()
    await shows('No hooks yet')
    await page.getByRole('button', { name: 'Add a hook' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox').selectOption('trigger')
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await dialog.getByRole('heading', { name: 'What to call web-trigger by' }).waitFor()
    const url = await dialog.locator('code').textContent()
    await page.keyboard.press('Escape')
    await dialog.getByRole('button', { name: 'I have it' }).click()
    await shows('not called yet')
    expect((await fetch(url ?? '', { method: 'POST' })).ok).toBe(true)
    await page.getByText('Last deliveries').click()
    await page
      .getByRole('region', { name: 'Hooks' })
      .getByRole('link', { name: /^build \d+$/ })
      .waitFor()
    await page.getByRole('button', { name: 'Remove' }).click()
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
    await shows('No hooks yet')
    await page.reload()
    await shows('No hooks yet')
  })

  test('the versions table follows a deploy', async () => {
    await page.goto('/versions')
    const cells = (version: string) => page.locator('[data-sync=in-sync]', { hasText: version })
    await eventually('v1 everywhere', async () => (await cells('v1').count()) === 3)
    await deploy('v2', { force: true, reason: 'two is fine again' })
    await eventually('v2 everywhere', async () => (await cells('v2').count()) === 3)
    await shows('all in sync')
    await page.getByLabel('Host name or regular expression').fill('web-[12]')
    await eventually('two hosts', async () => (await page.getByRole('rowheader').count()) === 2)
    expect(new URL(page.url()).searchParams.get('q')).toBe('web-[12]')
  })

  test('a person looks at the canary, and promotes it', async () => {
    await page.goto(`/deploys/${await deploy('v1', { rollout: { pause_after_canary: true } })}`)
    await showsState('paused')
    await shows('The canary web-1.prod runs it')
    expect(await page.locator('button.host.is-done').count()).toBe(1)
    await page.getByRole('button', { name: 'Promote' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Promote', exact: true }).click()
    await showsState('succeeded')
  })

  test('a tracker that was killed and started again is found again, and nothing is missed', async () => {
    await page.goto('/')
    await page
      .getByRole('link', { name: /web@v2/ })
      .first()
      .waitFor()
    await page.evaluate(markDocument)
    await fleet.tracker.kill()
    await shows(/reconnecting/)
    await fleet.tracker.startAgain()
    const id = await deploy('v1')
    await page.getByText(/reconnecting/).waitFor({ state: 'detached' })
    await page
      .locator('tr', { has: page.locator(`a[href="/deploys/${id}"]`) })
      .getByText('succeeded')
      .waitFor()
    expect(await page.locator('body[data-same-document]').count()).toBe(1)
  })

  test('a deploy that is open while the tracker is killed runs on to its end', async () => {
    const id = await deploy('v2')
    await page.goto(`/deploys/${id}`)
    await page.getByRole('heading', { name: 'Hosts' }).waitFor()
    await fleet.tracker.kill()
    await fleet.tracker.startAgain()
    await showsState('succeeded')
    await eventually(
      'three done hosts',
      async () => (await page.locator('button.host.is-done').count()) === 3,
    )
  })

  test('logging out ends the session', async () => {
    const other = await visit(browser, fleet.tracker.target.url)
    await other.page.goto('/')
    await logIn(other.page, fleet.tracker.target.token ?? '')
    await other.page.getByRole('button', { name: 'Log out' }).click()
    await other.page.getByLabel('Token').waitFor()
    await other.page.goto('/versions')
    await other.page.getByLabel('Token').waitFor()
    expect(other.complaints).toEqual([])
  })

  test('on a phone nothing scrolls sideways', async () => {
    const phone = await visit(browser, fleet.tracker.target.url, 390)
    await phone.page.goto('/')
    await logIn(phone.page, fleet.tracker.target.token ?? '')
    await phone.page
      .getByRole('link', { name: /web@v3/ })
      .first()
      .waitFor()
    const rolledBack = await phone.page
      .getByRole('link', { name: /web@v3/ })
      .first()
      .getAttribute('href')
    const builds = ['/builds', '/builds/1', '/packers', '/storage', '/storage?service=web']
    const services = ['/services', '/services/web']
    for (const path of ['/', rolledBack ?? '', ...builds, '/versions', ...services, '/hosts']) {
      await phone.page.goto(path)
      await phone.page.locator('main :is(h1, h2)').first().waitFor()
      const overhang = await phone.page.evaluate('document.documentElement.scrollWidth - innerWidth')
      expect([path, overhang]).toEqual([path, 0])
    }
    expect(phone.complaints).toEqual([])
  })

  test('the page never complained', () => {
    expect(visitor.complaints).toEqual([])
  })
})
