// A real browser for tests of pages.
import { existsSync } from 'node:fs'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

/** Where systems keep it; a variable names another place. */
const PLACES = [
  process.env.ORDERTRAIL_TEST_CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Quiet and alone: it talks to nobody but the page under test. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The browser of this machine; undefined: it has none, and its tests are skipped by name. */
export const CHROMIUM: string | undefined = PLACES.find((place) => place !== '' && existsSync(place))

/** Starts the browser for one test, or for whatever `after` ends. */
export async function openBrowser(
  t: { after(end: () => Promise<void>): void },
  options: LaunchOptions = {},
): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: CHROMIUM as string, args: ARGUMENTS, ...options })
  t.after(() => browser.close())
  return browser
}
