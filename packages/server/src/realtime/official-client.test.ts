// Facts about the gateway as the official Centrifuge library sees it: the versions that games carry, in both encodings.
import assert from 'node:assert/strict'
import type { Duplex } from 'node:stream'
import test, { type TestContext } from 'node:test'
import { Centrifuge, type Options, type StreamPosition } from 'centrifuge'
import { Centrifuge as ProtobufCentrifuge } from 'centrifuge/build/protobuf'
import { Centrifuge as Centrifuge3 } from 'centrifuge-3'
import { Centrifuge as Centrifuge4 } from 'centrifuge-4'
import { Centrifuge as Centrifuge50 } from 'centrifuge-5.0'
import { Centrifuge as Centrifuge53 } from 'centrifuge-5.3'
import { givenServer } from '../platform/http/testing/index.ts'
import { givenGateway, type ListeningGateway } from './testing/given-gateway.ts'
import { givenShop, PROJECT_ID, type Shop } from './testing/given-shop.ts'

const USER = 'player-1'
/** So that a test need not wait for the half second of the default. */
const AT_ONCE = { minReconnectDelay: 1, maxReconnectDelay: 20 }

/** What the snippet uses of the library; every version has it. */
interface LibraryClient {
  on(event: 'publication', listener: (context: { readonly data: unknown }) => void): unknown
  on(event: 'subscribed', listener: (context: Subscribed) => void): unknown
  on(event: 'connecting' | 'disconnected', listener: (context: { readonly code: number }) => void): unknown
  history(channel: string, options: HistoryOptions): Promise<{ publications: readonly { readonly data: unknown }[] }>
  connect(): void
  disconnect(): void
}

interface Subscribed {
  readonly channel: string
  readonly wasRecovering: boolean
  readonly recovered: boolean
}

interface HistoryOptions {
  readonly limit: number
  readonly since: StreamPosition
  readonly reverse: boolean
}

type Make = (url: string, options: Partial<Options>) => LibraryClient

/** One build of the library. The Protobuf one takes and gives application data as bytes. */
interface Build {
  readonly name: string
  readonly make: Make
  wrap(data: unknown): unknown
  unwrap(data: unknown): unknown
}

const jsonBuild = (name: string, make: Make): Build => ({ name, make, wrap: (data) => data, unwrap: (data) => data })

const BUILDS: readonly Build[] = [
  jsonBuild('3.1.1', (url, options) => new Centrifuge3(url, options)),
  jsonBuild('4.1.0', (url, options) => new Centrifuge4(url, options)),
  jsonBuild('5.0.1', (url, options) => new Centrifuge50(url, options)),
  jsonBuild('5.3.5', (url, options) => new Centrifuge53(url, options)),
  jsonBuild('5.8.0', (url, options) => new Centrifuge(url, options)),
  {
    name: '5.8.0 with Protobuf',
    make: (url, options) => new ProtobufCentrifuge(url, options),
    wrap: (data) => new TextEncoder().encode(JSON.stringify(data)),
    unwrap: (data) => JSON.parse(new TextDecoder().decode(data as Uint8Array)),
  },
]

/** A watcher as the documentation shows it, and what it was told. */
interface Watcher {
  readonly live: string[]
  readonly history: string[]
  readonly subscribed: { readonly wasRecovering: boolean; readonly recovered: boolean }[]
  readonly codes: number[]
  /** It ended and does not come back. */
  readonly isOver: boolean
  /** Resolves when `isTrue` is, after something that the library tells. */
  when(isTrue: () => boolean): Promise<void>
}

/** Connects with `data` and watches. */
function watch(t: TestContext, build: Build, url: string, data: unknown): Watcher {
  const client = build.make(url, { data: build.wrap(data), ...AT_ONCE })
  const statusOf = (wrapped: unknown): string => (build.unwrap(wrapped) as { readonly status: string }).status
  t.after(() => client.disconnect())
  const waiting = new Set<() => void>()
  const told = (): void => {
    for (const look of waiting) look()
  }
  const watcher: Watcher & { isOver: boolean } = {
    live: [],
    history: [],
    subscribed: [],
    codes: [],
    isOver: false,
    when: (isTrue) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!isTrue()) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
  client.on('publication', (ctx) => {
    watcher.live.push(statusOf(ctx.data))
    told()
  })
  client.on('subscribed', (ctx) => {
    watcher.subscribed.push({ wasRecovering: ctx.wasRecovering, recovered: ctx.recovered })
    const since = { offset: 0 } as StreamPosition
    client.history(ctx.channel, { limit: -1, since, reverse: false }).then((resp) => {
      watcher.history.push(resp.publications.map((publication) => statusOf(publication.data)).join(' '))
      told()
    }, told)
  })
  client.on('connecting', (ctx) => {
    watcher.codes.push(ctx.code)
    told()
  })
  client.on('disconnected', (ctx) => {
    watcher.codes.push(ctx.code)
    watcher.isOver = true
    told()
  })
  client.connect()
  return watcher
}

async function credentials(shop: Shop): Promise<object> {
  return { user_external_id: USER, auth: await shop.token(USER), project_id: PROJECT_ID }
}

const publish = (shop: Shop, status: string): Promise<void> =>
  shop.publish({ userId: USER, orderId: 10_000_001, status })

for (const build of BUILDS) {
  const { name } = build

  test(`${name}: the documented snippet gets the whole history, then every status as it comes`, async (t) => {
    const shop = await givenShop(t)
    const gateway = await givenGateway(t, shop)
    await publish(shop, 'new')
    const watcher = watch(t, build, gateway.url, await credentials(shop))
    await watcher.when(() => watcher.history.length === 1)
    await publish(shop, 'paid')
    await publish(shop, 'done')
    await watcher.when(() => watcher.live.length === 2)
    assert.deepEqual([watcher.history, watcher.live], [['new'], ['paid', 'done']])
    assert.deepEqual(watcher.subscribed, [{ wasRecovering: false, recovered: false }])
  })

  test(`${name}: a client whose network broke recovers what it missed meanwhile`, async (t) => {
    const shop = await givenShop(t)
    const door = await givenDoor(t, await givenGateway(t, shop))
    const watcher = watch(t, build, door.url, await credentials(shop))
    await watcher.when(() => watcher.history.length === 1)
    await publish(shop, 'new')
    await watcher.when(() => watcher.live.length === 1)
    door.shut()
    await watcher.when(() => watcher.codes.length === 2)
    await publish(shop, 'paid')
    await publish(shop, 'done')
    door.open()
    await watcher.when(() => watcher.history.length === 2 && watcher.live.length === 3)
    assert.deepEqual(
      [watcher.live, watcher.history, watcher.subscribed.at(-1)],
      [['new', 'paid', 'done'], ['', 'new paid done'], { wasRecovering: true, recovered: true }],
    )
    assert.equal(watcher.codes[1], 1)
  })

  test(`${name}: a client recovers what it missed over a restart on the same store`, async (t) => {
    const shop = await givenShop(t, 'sqlite file')
    const first = await givenGateway(t, shop)
    const door = await givenDoor(t, first)
    const watcher = watch(t, build, door.url, await credentials(shop))
    await watcher.when(() => watcher.history.length === 1)
    await publish(shop, 'new')
    await watcher.when(() => watcher.live.length === 1)
    await first.gateway.stop()
    const reopened = await shop.reopen()
    await publish(reopened, 'paid')
    door.lead(await givenGateway(t, reopened))
    await watcher.when(() => watcher.history.length === 2)
    await publish(reopened, 'done')
    await watcher.when(() => watcher.live.length === 3)
    assert.deepEqual(watcher.live, ['new', 'paid', 'done'])
    assert.deepEqual(watcher.subscribed, [
      { wasRecovering: false, recovered: false },
      { wasRecovering: true, recovered: true },
    ])
    assert.equal(watcher.codes[1], 3001)
  })

  test(`${name}: a client whose connection is over comes back by itself`, async (t) => {
    const shop = await givenShop(t)
    const gateway = await givenGateway(t, shop, { limits: { lifetimeMs: 10_000, lifetimeJitterMs: 0 } })
    const watcher = watch(t, build, gateway.url, await credentials(shop))
    await watcher.when(() => watcher.history.length === 1)
    gateway.pass(10_250)
    await watcher.when(() => watcher.history.length === 2)
    await publish(shop, 'new')
    await watcher.when(() => watcher.live.length === 1)
    assert.deepEqual(watcher.codes, [0, 3005])
  })

  test(`${name}: a client that was cut for sending too often comes back`, async (t) => {
    const shop = await givenShop(t)
    const gateway = await givenGateway(t, shop, { limits: { commandsAtOnceMax: 1 } })
    const watcher = watch(t, build, gateway.url, await credentials(shop))
    // Its request for the history is one too many, each time.
    await watcher.when(() => watcher.subscribed.length === 2)
    assert.deepEqual(watcher.codes.slice(0, 2), [0, 3013])
    assert.equal(watcher.isOver, false)
  })

  test(`${name}: a client with credentials that open nothing ends for good`, async (t) => {
    const shop = await givenShop(t)
    const gateway = await givenGateway(t, shop)
    const data = { auth: 'nonsense', project_id: PROJECT_ID }
    const watcher = watch(t, build, gateway.url, data)
    await watcher.when(() => watcher.isOver)
    assert.deepEqual(watcher.codes, [0, 3500])
  })
}

/** An address that outlives gateways, as a load balancer's does. */
interface Door {
  readonly url: string
  lead(to: ListeningGateway): void
  /** Breaks every connection, and lets nobody in until it is opened again. */
  shut(): void
  open(): void
}

async function givenDoor(t: TestContext, first: ListeningGateway): Promise<Door> {
  let behind = first
  let isOpen = true
  const sockets = new Set<Duplex>()
  const server = await givenServer(t, [], {
    onUpgrade: (request, socket, head) => {
      if (!isOpen) return void socket.destroy()
      sockets.add(socket)
      behind.gateway.onUpgrade(request, socket, head)
    },
    graceMs: 10,
  })
  return {
    url: `${server.url.replace('http', 'ws')}/connection/websocket`,
    lead: (to) => {
      behind = to
    },
    shut: () => {
      isOpen = false
      for (const socket of sockets) socket.destroy()
    },
    open: () => {
      isOpen = true
    },
  }
}
