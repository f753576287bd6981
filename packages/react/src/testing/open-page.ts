// Opens the page of the tests in a real browser.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Where systems keep the browser; a variable names another place. */
const PLACES = [process.env.ORDERTRAIL_TEST_CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser']

/** The browser of this machine; undefined: it has none, and its tests are skipped by name. */
export const CHROMIUM: string | undefined = PLACES.find((place) => place !== '' && existsSync(place))

/** The page and what it complained about. */
export interface OpenedPage {
  readonly page: Page
  /** Errors and warnings of the console, those of React among them. */
  readonly complaints: string[]
}

/** Starts the browser. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM as string, args: ['--no-sandbox', '--disable-gpu'] })
}

/** `node_modules` of another React; the packed packages' test names that of the oldest one. */
const OTHER_REACT = process.env.ORDERTRAIL_TEST_REACT

/** page.ts as one script, with React in its development build, which says what is wrong. */
export async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    conditions: ['ordertrail-source'],
    ...(OTHER_REACT === undefined
      ? {}
      : { alias: { react: `${OTHER_REACT}/react`, 'react-dom': `${OTHER_REACT}/react-dom` } }),
    define: { 'process.env.NODE_ENV': '"development"' },
  })
  return outputFiles[0]?.text ?? ''
}

/** A fresh document in a page that others have used, with `html` in its root. */
export async function openPage(page: Page, script: string, html = ''): Promise<OpenedPage> {
  page.removeAllListeners()
  await page.goto('about:blank')
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.setContent(`<!doctype html><title>Test</title><div id="root">${html}</div>`)
  await page.addScriptTag({ content: script })
  return { page, complaints }
}
