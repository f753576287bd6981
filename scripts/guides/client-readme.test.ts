// The README of the client is true: each of its code blocks runs word by word against a real server.
import assert from 'node:assert/strict'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import { startGivenServer } from '../../packages/server/src/acceptance/testing/given-server.ts'
import { type Shop, shopOf } from '../../packages/server/src/acceptance/testing/given-shop.ts'
import { readDocument } from '../documents.ts'
import { ROOT } from '../import-graph.ts'

const BLOCKS = Array.from(
  readDocument('packages/client/README.md').matchAll(/^```ts\n([\s\S]*?)^```/gm),
  ([, block = '']) => block,
)
const PRINTED_URL = 'http://127.0.0.1:4400'
/** What a block ends with, where a test looks into it. */
const EXPORTED = /^const (outcome|tracking|tracker) =/gm

interface Scene {
  readonly granted: unknown[]
  readonly shown: string[]
  /** Names that the block takes as given. */
  readonly given: Readonly<Record<string, unknown>>
}

describe('packages/client/README.md', () => {
  const ends: (() => Promise<unknown>)[] = []
  let shop: Shop
  let folder: string
  let files = 0

  before(async () => {
    const server = await startGivenServer()
    ends.push(server.stop)
    shop = shopOf(server, DEV_PROJECT.projectId, 'project')
    folder = await mkdtemp(join(tmpdir(), 'ordertrail-readme-'))
    ends.push(() => rm(folder, { recursive: true, force: true }))
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  })
  after(async () => {
    for (const end of ends) await end()
  })

  /** Runs the block that holds `mark`, and gives what it declares. */
  async function run(mark: string, { given }: Scene): Promise<Readonly<Record<string, unknown>>> {
    const found = BLOCKS.filter((block) => block.includes(mark))
    assert.equal(found.length, 1, `one block with ${mark}`)
    const block = (found[0] as string).replaceAll(PRINTED_URL, shop.server.url)
    const names = [...new Set(Array.from(block.matchAll(EXPORTED), ([, name = '']) => name))]
    files += 1
    const file = join(folder, `block-${files}.ts`)
    await writeFile(file, `${block}\nexport { ${names.join(', ')} }\n`)
    Object.assign(globalThis, given)
    return import(pathToFileURL(file).href)
  }

  async function scene(more: Readonly<Record<string, unknown>> = {}): Promise<Scene> {
    const granted: unknown[] = []
    const shown: string[] = []
    const given = {
      getToken: () => shop.tokenOf('player-1'),
      grant: (items: readonly { readonly sku: string }[]) => granted.push(...items.map(({ sku }) => sku)),
      show: (status: string) => shown.push(status),
      ...more,
    }
    return { granted, shown, given }
  }

  const sold = async () => (await shop.sell({ bearer: await shop.tokenOf('player-1') })).orderId

  test('five lines follow an order', async () => {
    const set = await scene({ orderId: await sold() })
    await run('onStatus: ({ status }) => show(status) })\n', set)
    assert.deepEqual(set.granted, ['sword_1'])
    assert.equal(set.shown.at(-1), 'done')
  })

  test('the loop does the same', async () => {
    const set = await scene({ orderId: await sold() })
    await run('for await (const update', set)
    assert.deepEqual([set.granted, set.shown.at(-1)], [['sword_1'], 'done'])
  })

  test('addresses can be named', async () => {
    const { tracker } = await run('https://store.xsolla.com/api', await scene())
    assert.ok(tracker)
  })

  test('a click buys, and the next start knows what was bought', async (t) => {
    const button: { onclick?: () => Promise<void> } = {}
    const remembered: number[] = []
    const set = await scene({ button, remembered, remember: (orderId: number) => remembered.push(orderId) })
    await run('trail.purchase(', set)
    const world = globalThis as { open?: unknown }
    t.after(() => {
      delete world.open
    })
    world.open = () => ({
      closed: false,
      close: () => undefined,
      set location(url: string) {
        void shop.pay(new URL(url).searchParams.get('token') ?? '')
      },
    })
    await button.onclick?.()
    assert.deepEqual([set.granted, remembered.length], [['gold_100'], 1])
    const { outcome } = await run('trail.checkOrder(', set)
    assert.equal((outcome as { readonly kind: string }).kind, 'done')
    assert.deepEqual(set.shown, ['done'])
  })

  test('a WebSocket can be brought along', async () => {
    const { outcome } = await run("from 'ws'", await scene({ orderId: await sold() }))
    assert.equal((outcome as { readonly kind: string }).kind, 'done')
  })

  test('without a backend each order is granted by its event, and is done then', async () => {
    await shop.changeSettings({ is_events_api_on: true })
    const player = { bearer: await shop.tokenOf('player-1') }
    await shop.sell(player)
    const { orderId, token } = await shop.buy(player)
    const set = await scene({ orderId, takeBack: () => assert.fail('nothing is canceled') })
    const { tracking } = await run('trail.handleEvents(handlers) //', set)
    assert.deepEqual(set.granted, ['sword_1'], 'what was pending at the start')
    await shop.pay(token)
    assert.equal(((await tracking) as { readonly kind: string }).kind, 'done')
    assert.deepEqual(set.granted, ['sword_1', 'sword_1'])
  })

  test('no block is left out', () => {
    assert.equal(BLOCKS.length, 7)
  })
})
