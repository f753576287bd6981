// The page in a real browser, against a real store: bought by keyboard, paid in its own window, told by the socket.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type Emulator, startEmulator } from '@ordertrail/testing'
import { type Browser, chromium, type Page } from 'playwright-core'
import { CHROMIUM } from '../../packages/server/src/payments/testing/chromium.ts'
import { lowestContrast, widthOf } from '../../packages/server/src/payments/testing/page-checks.ts'
import { bundle, writeBlocks } from './readme-blocks.ts'
import { type ReactPage, startReactPage } from './server.ts'

const skip = CHROMIUM === undefined ? 'no Chromium on this machine' : false

describe('the React page', { skip }, () => {
  let store: Emulator
  let shop: ReactPage
  let browser: Browser
  before(async () => {
    store = await startEmulator()
    ;[shop, browser] = await Promise.all([
      startReactPage({ storeUrl: store.url, port: 0 }),
      chromium.launch({ executablePath: CHROMIUM as string, args: ['--no-sandbox', '--disable-gpu'] }),
    ])
  })
  after(async () => {
    await browser.close()
    await shop.stop()
    await store.stop()
  })

  async function openShop(): Promise<{ readonly page: Page; readonly complaints: string[] }> {
    const page = await browser.newPage()
    page.setDefaultTimeout(20_000)
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(shop.url)
    await page.getByRole('button', { name: /Buy/ }).first().waitFor()
    return { page, complaints }
  }

  test('an order is bought by keyboard, and every step of it is spoken', async () => {
    const { page, complaints } = await openShop()
    const opened = page.waitForEvent('popup')
    await page.getByRole('button', { name: /Buy 100 gold/ }).focus()
    await page.keyboard.press('Enter')
    const payment = await opened
    const card = page.getByRole('listitem', { name: /^Order \d+$/ })
    const status = card.getByRole('status')
    await page.getByText('Waiting for your payment.').waitFor()
    const [order] = await store.orders()
    await payment.waitForURL(`${store.url}/paystation4/**`)
    await store.pay(order?.order_id ?? 0)
    await page.getByText('It is yours: 1 × gold_100.').waitFor()
    assert.equal(await card.locator('[aria-current="step"]').innerText(), 'Delivered')
    assert.equal(await status.getAttribute('role'), 'status')
    assert.deepEqual(complaints, [])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      assert.ok((await lowestContrast(page)) >= 4.5, colorScheme)
    }
    await page.setViewportSize({ width: 320, height: 640 })
    assert.ok((await widthOf(page)) <= 320, 'a phone shows it whole')
    if (process.env.ORDERTRAIL_TEST_SCREENSHOTS)
      await page.screenshot({ path: process.env.ORDERTRAIL_TEST_SCREENSHOTS })
    await page.close()
  })

  test('a payment window that is closed, and a store that is away, are said in words', async () => {
    const { page } = await openShop()
    await store.failCalls({ method: 'POST', path: '/payment/item/' })
    const opened = page.waitForEvent('popup')
    await page.getByRole('button', { name: /Buy 100 gold/ }).click()
    await opened
    assert.match(await page.getByRole('alert').innerText(), /nothing was charged/)
    await page.close()
  })

  test('the README of the package is true: its shop sells, and its server renders', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'ordertrail-react-'))
    t.after(() => rm(folder, { recursive: true }))
    assert.deepEqual(await writeBlocks(folder, store.url), ['shop.tsx', 'server.tsx'])
    const { html } = (await import(pathToFileURL(await bundle(folder, 'server.tsx', 'node')).href)) as { html: string }
    assert.equal(html, '<button>Buy 100 gold</button>')

    const page = await browser.newPage()
    page.setDefaultTimeout(20_000)
    // Any page of the server that gives the token.
    await page.goto(`${shop.url}style.css`)
    await page.evaluate("document.body.innerHTML = '<div id=root></div>'")
    await page.addScriptTag({ path: await bundle(folder, 'page.tsx', 'browser'), type: 'module' })
    await page.getByRole('button', { name: 'Buy 100 gold' }).click()
    await page.getByText('Waiting for your payment').waitFor()
    const [order] = await store.orders()
    await store.pay(order?.order_id ?? 0)
    await page.getByText('Yours: gold_100').waitFor()
    await page.close()
  })
})
