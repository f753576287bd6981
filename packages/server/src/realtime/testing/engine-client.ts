// Clients that game engines carry, written by hand: they know little of the protocol, and do as they do whatever the server thinks of it.
import type { TestContext } from 'node:test'
import { type RawClient, rawClient } from './raw-client.ts'

/** What an engine does in its own way. */
export interface Engine {
  readonly name: string
  readonly protocols: readonly string[]
  /** The one frame by which it connects. */
  connectFrame(auth: string, projectId: number): string
  /** It says `{}` after 25 s without news of an order, whether or not the server asked. */
  readonly isSpeakingUnasked: boolean
}

const INT32_MAX = 2_147_483_647
const IDLE_MS = 25_000

/** Large numbers, as the hash of a GUID gives them; members in the order in which they are sent. */
const frame = (auth: string, projectId: number, id: number): string =>
  `{"connect":{"data":{"auth":"${auth}","project_id":${projectId}}},"id":${id}}`

export const ENGINES: readonly Engine[] = [
  {
    name: 'Unity',
    protocols: [],
    connectFrame: (auth, projectId) => frame(auth, projectId, INT32_MAX),
    isSpeakingUnasked: false,
  },
  {
    name: 'Unreal',
    protocols: ['wss'],
    connectFrame: (auth, projectId) => frame(auth, projectId, 1_732_050_807),
    isSpeakingUnasked: true,
  },
  {
    name: 'Cocos',
    protocols: [],
    connectFrame: (auth, projectId) => frame(auth, projectId, 99_999_999),
    isSpeakingUnasked: true,
  },
]

/** How an engine came to know of an order. */
export interface EngineClient {
  readonly raw: RawClient
  /** The answer to its connect came; engines do not look at it. */
  readonly isIn: boolean
  /** `status of order at offset`, oldest first. */
  readonly news: readonly string[]
  readonly pings: number
  /** What it could not make sense of; the real ones then give the socket up. */
  readonly faults: readonly string[]
  /** Lets its own clock go on. */
  pass(ms: number): void
}

/** Connects as `engine` does: it does not wait for an answer. */
export async function engineClient(
  t: TestContext,
  url: string,
  engine: Engine,
  credentials: { readonly auth: string; readonly projectId: number },
): Promise<EngineClient> {
  const raw = await rawClient(t, url, { protocols: engine.protocols })
  const client = { raw, news: [] as string[], faults: [] as string[], pings: 0, isIn: false, pass }
  let idleMs = 0
  function pass(ms: number): void {
    idleMs += ms
    if (!engine.isSpeakingUnasked || idleMs < IDLE_MS) return
    idleMs = 0
    raw.send('{}')
  }
  function take(text: string | Buffer): void {
    // Compared as text, and before the idle time is set back: a healthy connection counts as idle.
    if (text === '{}') {
      client.pings += 1
      raw.send('{}')
      return
    }
    idleMs = 0
    const read = readPush(text)
    if (String(text).includes('"connect":')) client.isIn = true
    if (read === 'fault') client.faults.push(String(text))
    else if (read !== null) client.news.push(read)
  }
  const takeAll = async (): Promise<void> => {
    for (;;) take(await raw.next())
  }
  takeAll().catch(() => undefined)
  raw.send(engine.connectFrame(credentials.auth, credentials.projectId))
  return client
}

interface Push {
  readonly push?: {
    readonly pub?: {
      readonly data?: { readonly order_id?: unknown; readonly status?: unknown }
      readonly offset?: unknown
    }
  }
}

/** One document per frame, numbers of 32 bits; null: it has nothing to do with an order. */
function readPush(text: string | Buffer): string | 'fault' | null {
  if (typeof text !== 'string') return 'fault'
  try {
    const pub = (JSON.parse(text) as Push).push?.pub
    if (pub === undefined) return null
    const { order_id: orderId, status } = pub.data ?? {}
    const isReadable = isInt32(orderId) && isInt32(pub.offset) && typeof status === 'string'
    return isReadable ? `${status} of ${orderId} at ${pub.offset}` : 'fault'
  } catch {
    return 'fault'
  }
}

function isInt32(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(Number(value)) <= INT32_MAX
}
