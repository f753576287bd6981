// The page in a real browser: bought, paid and delivered; without a network for a while; kept for the back button.
import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { startGivenServer } from '../../packages/server/src/acceptance/testing/given-server.ts'
import { type Shop, shopOf } from '../../packages/server/src/acceptance/testing/given-shop.ts'
import { CHROMIUM, openBrowser } from '../../packages/server/src/payments/testing/chromium.ts'
import { lowestContrast } from '../../packages/server/src/payments/testing/page-checks.ts'
import { serveWebPage, type WebPage } from './serve.ts'

const skip = CHROMIUM === undefined ? 'no Chromium on this machine' : false

interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  readonly complaints: readonly string[]
}

let browser: Browser
let shop: Shop
let site: WebPage

async function visit(t: TestContext): Promise<Visit> {
  const context = await browser.newContext()
  t.after(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(site.url)
  return { page, context, complaints }
}

/** Buys by click; gives the order that the page shows. */
async function buy({ page }: Visit): Promise<{ readonly orderId: number; readonly payment: Page }> {
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Buy' }).click()
  const payment = await opened
  await page.getByText('Pay in the window that opened').waitFor()
  return { orderId: Number(await page.locator('#order-number').textContent()), payment }
}

const deliver = (orderId: number) => shop.own('POST', `/orders/${orderId}/fulfillment`)

describe('the page in Chromium', { skip }, () => {
  const ends: (() => Promise<void>)[] = []
  before(async () => {
    const server = await startGivenServer()
    shop = shopOf(server, DEV_PROJECT.projectId, 'project')
    // The shop says by itself when an order is delivered.
    await shop.changeSettings({ fulfilment: 'api' })
    site = await serveWebPage(server.url)
    // Playwright switches the back-forward cache off, which is what one of the tests is about.
    const options = { ignoreDefaultArgs: ['--disable-back-forward-cache'] }
    browser = await openBrowser({ after: (end) => void ends.push(end) }, options)
    ends.push(site.stop, server.stop)
  })
  after(async () => {
    for (const end of ends) await end()
  })

  test('an order is bought, paid in its window and delivered, and the page shows each step', async (t) => {
    const visited = await visit(t)
    const { page, complaints } = visited
    const { orderId, payment } = await buy(visited)
    await payment.getByRole('button', { name: 'Continue' }).click()
    await payment.getByRole('button', { name: 'Continue' }).click()
    await payment.getByRole('button', { name: /^Pay \d/ }).click()
    await page.getByText('Your gold is on its way').waitFor()
    await deliver(orderId)
    await page.getByText('Delivered: 1 × gold_100. Have fun!').waitFor()
    assert.equal(await page.locator('.trail .reached').count(), 3)
    assert.equal(await page.locator('[aria-current=step]').textContent(), 'Delivered')
    assert.equal(await page.getByRole('button', { name: 'Buy' }).isEnabled(), true)
    assert.ok((await lowestContrast(page)) >= 4.5)
    assert.deepEqual(complaints, [])
  })

  test('what happened while the network was away is shown when it is back', async (t) => {
    const visited = await visit(t)
    const { page, context } = visited
    const { orderId, payment } = await buy(visited)
    const token = new URL(payment.url()).searchParams.get('token') ?? ''
    await context.setOffline(true)
    await shop.pay(token)
    await deliver(orderId)
    await context.setOffline(false)
    await page.getByText('Have fun!').waitFor()
  })

  test('a page that comes back from the back-forward cache goes on where it was', async (t) => {
    const visited = await visit(t)
    const { page } = visited
    await page.evaluate(
      `addEventListener('pageshow', ({ persisted }) => document.documentElement.setAttribute('data-kept', persisted))`,
    )
    const { orderId, payment } = await buy(visited)
    const token = new URL(payment.url()).searchParams.get('token') ?? ''
    await payment.close()
    await page.goto(`${site.url}shop.css`)
    await shop.pay(token)
    await deliver(orderId)
    await page.goBack({ waitUntil: 'commit' })
    await page.getByText('Have fun!').waitFor()
    assert.equal(await page.locator('html').getAttribute('data-kept'), 'true', 'it was not loaded anew')
  })
})
