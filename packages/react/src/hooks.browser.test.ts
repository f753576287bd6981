// The hooks in a real browser, in Strict Mode with React's development build; and what a server renders of them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { App, type AppProps, Status } from './testing/components.ts'
import { fakeClient } from './testing/fake-client.ts'
import { bundlePage, CHROMIUM, launch, type OpenedPage, openPage } from './testing/open-page.ts'
import type { PageHandle } from './testing/page.ts'

declare const handle: PageHandle

const skip = CHROMIUM === undefined ? 'no Chromium on this machine' : false
type Props = Omit<AppProps, 'client'>
const two: Props = {
  statuses: [
    { key: 'a', orderId: 7 },
    { key: 'b', orderId: 7 },
  ],
}
const one: Props = { statuses: two.statuses.slice(0, 1) }

test('a server renders what is known before anything is, and tracks nothing', () => {
  const client = fakeClient()
  const html = renderToString(createElement(App, { client, ...one, hasShop: true }))
  assert.match(html, /<p class="status">unknown<\/p>.*<p class="shop">idle<\/p>/)
  assert.deepEqual(client.log, [])
})

test('a hook without a provider says what is missing', () => {
  assert.throws(
    () => renderToString(createElement(Status, { orderId: 7 })),
    /no <OrderTrailProvider client=\{…\}> above/,
  )
})

describe('in a browser', { skip }, () => {
  let browser: Browser
  let script: string
  let only: Page
  before(async () => {
    ;[browser, script] = await Promise.all([launch(), bundlePage()])
    only = await browser.newPage()
  })
  after(() => browser.close())

  const open = (html?: string): Promise<OpenedPage> => openPage(only, script, html)
  const render = (page: Page, props: Props, client = 0): Promise<void> =>
    page.evaluate(
      ([shown, number]) => {
        handle.render(shown, number)
        return handle.rest()
      },
      [props, client] as const,
    )
  const seen = (page: Page) =>
    page.evaluate(async () => {
      await handle.rest()
      return { log: handle.clients.map(({ log }) => log.join(', ')), texts: handle.texts() }
    })
  const tell = (page: Page, orderId: number, status: string): Promise<void> =>
    page.evaluate(([id, word]) => handle.clients[0]?.tell(id, word), [orderId, status] as const)

  test('two components share one tracking, which lives as long as one of them', async () => {
    const { page, complaints } = await open()
    await render(page, two)
    await tell(page, 7, 'paid')
    assert.deepEqual(await seen(page), { log: ['track 7', ''], texts: ['paid', 'paid'] })
    await render(page, one)
    await page.evaluate(() => handle.done(7))
    assert.deepEqual(await seen(page), { log: ['track 7', ''], texts: ['done done'] })
    await render(page, { statuses: [{ key: 'a', orderId: 8 }] })
    assert.deepEqual(await seen(page), { log: ['track 7, track 8', ''], texts: ['unknown'] })
    await page.evaluate(() => handle.unmount())
    assert.deepEqual(await seen(page), { log: ['track 7, track 8, abort 8', ''], texts: [] })
    assert.deepEqual(complaints, [])
  })

  test('a component that is mounted anew at once, as hot reloading does, goes on', async () => {
    const { page } = await open()
    await render(page, one)
    await tell(page, 7, 'paid')
    await render(page, { statuses: [{ key: 'again', orderId: 7 }] })
    assert.deepEqual(await seen(page), { log: ['track 7', ''], texts: ['paid'] })
  })

  test('another order, no order and another player', async () => {
    const { page } = await open()
    await render(page, { statuses: [{ key: 'a', orderId: null }] })
    await render(page, one)
    await tell(page, 7, 'paid')
    await render(page, one, 1)
    assert.deepEqual(await seen(page), { log: ['track 7, abort 7', 'track 7'], texts: ['unknown'] })
    await render(page, { statuses: [{ key: 'a', orderId: null }] }, 1)
    assert.deepEqual(await seen(page), { log: ['track 7, abort 7', 'track 7, abort 7'], texts: ['unknown'] })
  })

  test('what a component gets is the same object until something changes', async () => {
    const { page } = await open()
    await render(page, one)
    const count = () => page.evaluate(() => new Set(handle.given).size)
    const before = await count()
    await render(page, one)
    await render(page, one)
    assert.equal(await count(), before)
    await tell(page, 7, 'paid')
    await seen(page)
    // Strict Mode renders twice, and each time makes what it remembers.
    assert.ok((await count()) > before)
  })

  test('what a server rendered is taken over without a mismatch', async () => {
    const html = renderToString(createElement(App, { client: fakeClient(), ...two, hasShop: true }))
    const { page, complaints } = await open(html)
    await page.evaluate((props) => handle.hydrate(props), { ...two, hasShop: true })
    await seen(page)
    await tell(page, 7, 'paid')
    assert.deepEqual(await seen(page), { log: ['track 7', ''], texts: ['paid', 'paid', 'idle'] })
    assert.deepEqual(complaints, [])
  })

  test('a tracking that failed is begun again by a click', async () => {
    const { page } = await open()
    await render(page, one)
    await page.evaluate(() => handle.fail(7))
    await page.click('text=Try again')
    assert.deepEqual(await seen(page), { log: ['track 7, track 7', ''], texts: ['unknown'] })
  })

  test('a double click buys once; the outcome stays until it is forgotten', async () => {
    const { page, complaints } = await open()
    await render(page, { statuses: [], hasShop: true })
    await page.dblclick('.buy')
    assert.deepEqual(await seen(page), { log: ['buy sword', ''], texts: ['running 11'] })
    await page.evaluate(() => handle.done(11))
    assert.deepEqual((await seen(page)).texts, ['idle 11 done done'])
    await page.click('.reset')
    assert.deepEqual((await seen(page)).texts, ['idle'])
    assert.deepEqual(complaints, [])
  })

  test('a purchase ends when it is given up, and when its component goes', async () => {
    const { page } = await open()
    await render(page, { statuses: [], hasShop: true })
    await page.click('.buy')
    await page.click('.abort')
    assert.deepEqual(await seen(page), { log: ['buy sword, abort 11', ''], texts: ['idle 11 aborted'] })
    await page.click('.buy')
    await render(page, { statuses: [] })
    assert.deepEqual((await seen(page)).log, ['buy sword, abort 11, buy sword, abort 11', ''])
  })
})
