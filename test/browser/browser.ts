import { chromium, type Browser, type Page } from 'playwright-core'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** The distribution's Chromium, without whatever it would do on the network by itself. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

/** What the browser itself logs of a refused call is the test's doing; everything else is a defect of the page. */
const expected = /^(Failed to load resource|WebSocket connection to)/

export interface Visitor {
  readonly page: Page
  /** What the page complained of. */
  readonly complaints: readonly string[]
}

/** A new visitor, who is not logged in and shares nothing with others. */
export const visit = async (browser: Browser, baseURL: string, width = 1440): Promise<Visitor> => {
  const context = await browser.newContext({ baseURL, viewport: { width, height: 844 } })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !expected.test(message.text())) {
      complaints.push(message.text())
    }
  })
  return { page, complaints }
}

/** Logs in where the page asks for it. */
export const logIn = async (page: Page, token: string): Promise<void> => {
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Log in' }).click()
}
