// The pay station in a real browser: by keyboard alone, on a phone, in light and dark, and with its policy in force.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { openTestStore } from '../../platform/store/testing/index.ts'
import { CHROMIUM, openBrowser } from '../testing/chromium.ts'
import { focused, lowestContrast, smuggle, widthOf } from '../testing/page-checks.ts'
import { type GivenPayStation, type PayStation, REFUSAL, servePayStation } from '../testing/pay-station.ts'

const skip = CHROMIUM === undefined ? 'no Chromium on this machine' : false

interface Opened {
  readonly page: Page
  readonly station: PayStation
  /** What the browser complained about: scripts, styles and policies. */
  readonly complaints: readonly string[]
}

/** Opens the page of an order in a browser. */
async function openPage(
  t: TestContext,
  given: GivenPayStation = {},
  look: BrowserContextOptions = {},
): Promise<Opened> {
  const station = await servePayStation(t, (options) => openTestStore('sqlite memory', options), given)
  const browser = await openBrowser(t)
  const page = await browser.newPage(look)
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${station.url}/paystation4/?token=${await station.token()}`)
  return { page, station, complaints }
}

/** A game's page to come back to; gives its address and what it was asked. */
async function serveGame(t: TestContext): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/back')) asked.push(request.url)
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>Game</title><p>Welcome back</p>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/back`, asked }
}

test('an order is paid by keyboard alone, and the player comes back to the game', { skip }, async (t) => {
  const game = await serveGame(t)
  const { page, station, complaints } = await openPage(t, {
    order: { settings: JSON.stringify({ return_url: game.url }) },
  })
  const { keyboard } = page
  await keyboard.press('Tab')
  assert.equal(await focused(page), 'input Bank card')
  await keyboard.press('ArrowDown')
  assert.equal(await focused(page), 'input Online wallet')
  await keyboard.press('Enter')
  await page.waitForURL('**/paystation4/method')
  await keyboard.press('Tab')
  assert.equal(await focused(page), 'input E-mail for the receipt (optional)')
  await keyboard.press('Enter')
  await page.waitForURL('**/paystation4/data')
  await keyboard.press('Tab')
  assert.equal(await focused(page), 'button Pay 1.99 USD')
  await keyboard.press('Enter')
  await page.waitForURL(`${game.url}?**`)
  assert.equal(await station.shop.status(), 'paid')
  const payment = await station.shop.store.read.selectFrom('payments').selectAll().executeTakeFirstOrThrow()
  assert.equal(payment.method_name, 'Online wallet')
  assert.deepEqual(game.asked, [`/back?user_id=player-1&invoice_id=${payment.id}&status=done`])
  assert.deepEqual(complaints, [])
})

test('a screen reader finds a heading, a captioned table and named fields', { skip }, async (t) => {
  const { page } = await openPage(t)
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Choose how to pay')
  assert.equal(await page.getByRole('table', { name: /^Order/ }).count(), 1)
  assert.equal(await page.getByRole('group', { name: 'Payment method' }).getByRole('radio').count(), 3)
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  await page.getByRole('radio', { name: 'Bank card' }).check()
  await page.getByRole('button', { name: 'Continue' }).click()
  assert.equal(await page.getByRole('textbox', { name: /E-mail/ }).inputValue(), 'player@example.com')
})

test('a refusal is announced, and the next try goes on', { skip }, async (t) => {
  const { page } = await openPage(t, { refuseAt: ['method_chosen'] })
  await page.getByRole('button', { name: 'Continue' }).click()
  assert.equal(await page.getByRole('alert').textContent(), REFUSAL)
})

test('after a decline another way to pay is a click away', { skip }, async (t) => {
  const { page, station } = await openPage(t)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Be declined' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /declined/)
  await page.getByRole('link', { name: 'Choose another way to pay' }).click()
  await page.getByRole('radio', { name: 'Paid at the counter' }).check()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Pay 1.99 USD' }).click()
  await page.getByRole('heading', { name: 'Paid' }).waitFor()
  assert.equal(await station.shop.status(), 'paid')
})

test('hostile names run nothing', { skip }, async (t) => {
  const name = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`
  const { page, complaints } = await openPage(t, { items: [{ name }] })
  assert.equal(await page.title(), 'Choose how to pay')
  assert.equal(await page.getByRole('cell', { name }).count(), 1)
  assert.deepEqual(complaints, [])
})

test('the policy of the page forbids scripts that got in all the same', { skip }, async (t) => {
  const { page, complaints } = await openPage(t)
  await smuggle(page, "document.title = 'taken'")
  assert.equal(await page.title(), 'Choose how to pay')
  assert.match(complaints.join(), /Content Security Policy/)
})

const LONG = 'The Extraordinarily_Long_Unbreakable_Name_Of_A_Legendary_Collectors_Sword_Of_Dawn and its sheath'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page can be read in ${colorScheme}, also on a phone`, { skip }, async (t) => {
    const items = [{ name: LONG }, { name: 'Gold', quantity: 12_000, amount: 1_234_567 }]
    const viewport = { width: 360, height: 740 }
    const { page } = await openPage(t, { items }, { colorScheme, viewport })
    const check = async (name: string) => {
      const width = await widthOf(page)
      assert.ok(width <= viewport.width, `${name} is ${width} wide`)
      const contrast = await lowestContrast(page)
      assert.ok(contrast >= 4.5, `${name} has a contrast of ${contrast}`)
    }
    await check('choice')
    await page.getByRole('button', { name: 'Continue' }).click()
    await check('data')
    await page.getByRole('button', { name: 'Continue' }).click()
    await check('pay')
    await page.getByRole('button', { name: 'Be declined' }).click()
    await check('declined')
    await page.getByRole('button', { name: 'Pay later' }).click()
    await check('pending')
    await page.getByRole('button', { name: 'Complete it now' }).click()
    await check('paid')
  })
}
