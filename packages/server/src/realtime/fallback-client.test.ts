// Facts about the official Centrifuge client where the network lets no WebSocket through: it falls back and misses nothing.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { Centrifuge as JsonCentrifuge, type StreamPosition, type TransportEndpoint } from 'centrifuge'
import { Centrifuge as ProtobufCentrifuge } from 'centrifuge/build/protobuf'
import { EventSource } from 'undici'
import { givenGateway, type ListeningGateway } from './testing/given-gateway.ts'
import { until } from './testing/given-sessions.ts'
import { channelOfUser, givenShop, PROJECT_ID, type Shop } from './testing/given-shop.ts'

/** What the last way still open is. The official client has no Protobuf over server-sent events. */
const WAYS = [
  { name: 'HTTP streaming, JSON', Client: JsonCentrifuge, last: 'http_stream' },
  { name: 'HTTP streaming, Protobuf', Client: ProtobufCentrifuge, last: 'http_stream' },
  { name: 'server-sent events', Client: JsonCentrifuge, last: 'sse' },
] as const

type Way = (typeof WAYS)[number]

/** Where a client tries, the last one open; a proxy answers 404 to all others. */
function endpoints({ httpUrl }: ListeningGateway, last: Way['last']): TransportEndpoint[] {
  const websocket = { transport: 'websocket', endpoint: `${httpUrl.replace('http', 'ws')}/closed` } as const
  const stream = { transport: 'http_stream', endpoint: `${httpUrl}/connection/http_stream` } as const
  if (last === 'http_stream') return [websocket, stream]
  const closed = { ...stream, endpoint: `${httpUrl}/closed` }
  return [websocket, closed, { transport: 'sse', endpoint: `${httpUrl}/connection/sse` }]
}

/** What a client was told, oldest first. */
interface Told {
  readonly client: JsonCentrifuge | ProtobufCentrifuge
  readonly news: string[]
  /** Requests to /emulation that were answered. */
  readonly sent: { readonly count: number }
  /** Resolves when `news` ends with this. */
  last(news: string): Promise<void>
}

async function watch(t: TestContext, way: Way, shop: Shop, gateway: ListeningGateway, auth?: string): Promise<Told> {
  const text = JSON.stringify({ auth: auth ?? (await shop.token('player-1')), project_id: PROJECT_ID })
  const isProtobuf = way.Client === ProtobufCentrifuge
  const sent = { count: 0 }
  const countingFetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init)
    if (response.status === 204) sent.count += 1
    return response
  }
  const client = new way.Client(endpoints(gateway, way.last), {
    data: isProtobuf ? new TextEncoder().encode(text) : JSON.parse(text),
    emulationEndpoint: `${gateway.httpUrl}/emulation`,
    eventsource: EventSource,
    fetch: countingFetch,
    minReconnectDelay: 1,
    maxReconnectDelay: 20,
  })
  t.after(() => client.disconnect())
  const news: string[] = []
  const waiting = new Map<string, () => void>()
  const tell = (what: string): void => {
    news.push(what)
    waiting.get(what)?.()
  }
  const statusOf = (data: unknown): string =>
    String((isProtobuf ? JSON.parse(new TextDecoder().decode(data as Uint8Array)) : data).status)
  client.on('connected', ({ transport }) => tell(`connected by ${transport}`))
  client.on('subscribed', ({ recovered }) => tell(recovered ? 'recovered' : 'subscribed'))
  client.on('publication', ({ data }) => tell(statusOf(data)))
  client.on('disconnected', ({ code }) => tell(`disconnected ${code}`))
  client.on('connecting', ({ code }) => code > 0 && tell(`connecting ${code}`))
  client.connect()
  return {
    client,
    news,
    sent,
    last: (what) => (news.at(-1) === what ? Promise.resolve() : new Promise((resolve) => waiting.set(what, resolve))),
  }
}

for (const way of WAYS) {
  test(`${way.name}: a client is told every status once, asks for history and recovers after its life is over`, async (t) => {
    const shop = await givenShop(t)
    const gateway = await givenGateway(t, shop, { limits: { lifetimeMs: 10_000, lifetimeJitterMs: 0 } })
    const publish = (status: string) => shop.publish({ userId: 'player-1', orderId: 1, status })
    await publish('new')
    const { client, news, last } = await watch(t, way, shop, gateway)
    await last('subscribed')
    const all = { limit: -1, since: { offset: 0 } as StreamPosition, reverse: false }
    const history = await client.history(channelOfUser('player-1'), all)
    assert.equal(history.publications.length, 1)
    await publish('paid')
    await last('paid')
    gateway.pass(10_250)
    await last('recovered')
    await publish('done')
    await last('done')
    const connected = `connected by ${way.last}`
    assert.deepEqual(news, [connected, 'subscribed', 'paid', 'connecting 3005', connected, 'recovered', 'done'])
  })

  test(`${way.name}: a client answers pings, and one that disconnects is gone`, async (t) => {
    const shop = await givenShop(t)
    const gateway = await givenGateway(t, shop)
    const { client, last, news, sent } = await watch(t, way, shop, gateway)
    await last('subscribed')
    gateway.pass(19_000)
    await until('a pong', () => sent.count === 1)
    gateway.pass(11_000)
    assert.equal(gateway.gateway.connectionCount(), 1)
    client.disconnect()
    await last('disconnected 0')
    await until('no connection', () => gateway.gateway.connectionCount() === 0)
    assert.deepEqual(news, [`connected by ${way.last}`, 'subscribed', 'disconnected 0'])
  })

  test(`${way.name}: a client with credentials that open nothing ends for good`, async (t) => {
    const shop = await givenShop(t)
    const gateway = await givenGateway(t, shop)
    const { last, news } = await watch(t, way, shop, gateway, 'nonsense')
    await last('disconnected 3500')
    assert.deepEqual(news, ['disconnected 3500'])
  })
}
