// The backends of all shops: real listeners behind one server that misbehaves when it is told to, and remembers what it heard.
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createWebhookListener, type WebhookListener } from '@ordertrail/webhooks'
import { type Heard, noteAnswer } from '../deliveries/answering-listener.ts'
import { type HearBody, type Later, startBodyServer } from '../stage/body-server.ts'
import { SHOP_PLANS, type Shop } from './shops.ts'

/** One webhook as it was heard; `bodyHash` tells bodies apart. */
export interface HeardWebhook extends Heard {
  readonly shop: string
  readonly bodyHash: string
}

/** How the backends behave: `fair` is nearly always well. */
export const BACKEND_MOODS = ['fair', 'silent', 'dripping', 'closing', 'failing', 'refusing', 'garbage'] as const

/** One of them. */
export type BackendMood = (typeof BACKEND_MOODS)[number]

/** All backends together. */
export interface GameBackend {
  urlOf(shop: { readonly name: string }): string
  /** In the order in which they came; questions about users are not among them. */
  readonly heard: readonly HeardWebhook[]
  /** How often each order's items were granted, by `shop:order`. */
  readonly grants: ReadonlyMap<string, number>
  /** What the listener library found wrong: nothing of it may be. */
  readonly complaints: readonly string[]
  serve(shops: readonly Shop[]): void
  turn(mood: BackendMood): void
  /** From now on everything is accepted at once, so that the run can end. */
  calmDown(): void
  stop(): Promise<void>
}

/** Longer than the deadline of an exchange. */
const TOO_SLOW_MS = 1_600
const SLOW_MS_MAX = 500
const DRIP_MS = 150
/** Of what comes while a mood lasts. */
const MOOD_SHARE = 0.8
const REFUSED_SHARE = 0.3
/** Games refuse some players: one in so many orders, where money goes back then. */
const REFUSED_ORDERS = 10

/** Starts them; `random` draws each answer. */
export async function startGameBackend(random: () => number): Promise<GameBackend> {
  const heard: HeardWebhook[] = []
  const grants = new Map<string, number>()
  const complaints: string[] = []
  const listeners = new Map<string, WebhookListener>()
  const refunding = new Set<string>(SHOP_PLANS.filter((plan) => plan.isAutoRefundOn).map(({ name }) => name))
  let mood: BackendMood = 'fair'
  let isCalm = false

  const chooseMood = (): BackendMood | 'slow' | 'too slow' => {
    if (isCalm) return 'fair'
    if (mood !== 'fair') return random() < MOOD_SHARE ? mood : 'fair'
    const drawn = random()
    if (drawn < 0.93) return 'fair'
    if (drawn < 0.96) return 'failing'
    if (drawn < 0.985) return 'slow'
    return drawn < 0.995 ? 'closing' : 'too slow'
  }
  const accept = async (shop: string, request: IncomingMessage, body: Buffer, response: ServerResponse) => {
    const listener = listeners.get(shop)
    if (listener === undefined) return void response.writeHead(503).end()
    const answer = await listener.handle({ rawBody: body, headers: request.headers })
    response.writeHead(answer.status, answer.headers).end(answer.body)
  }
  const misbehave: Record<Exclude<BackendMood, 'fair'>, (response: ServerResponse, later: Later) => void> = {
    silent: () => undefined,
    dripping: ({ socket }, later) => {
      socket?.write('HTTP/1.1 200 OK\r\nx-slow: ')
      const drip = (): void => {
        if (socket === null || socket.destroyed) return
        socket.write('x')
        later(DRIP_MS, drip)
      }
      drip()
    },
    closing: (response) => response.destroy(),
    failing: (response) => response.writeHead(random() < 0.5 ? 500 : 503).end(),
    refusing: (response) => response.writeHead(random() < REFUSED_SHARE ? 400 : 500).end(),
    garbage: (response) => response.socket?.end('HTTP/9.9 ??? this is no answer\r\n\r\n'),
  }
  const answer = (shop: string, ...[request, body, response, later]: Parameters<HearBody>): void => {
    const act = chooseMood()
    const goodLater = (ms: number): void => later(ms, () => void accept(shop, request, body, response))
    if (act === 'fair') void accept(shop, request, body, response)
    else if (act === 'slow') goodLater(random() * SLOW_MS_MAX)
    else if (act === 'too slow') goodLater(TOO_SLOW_MS)
    else misbehave[act](response, later)
  }
  const hear: HearBody = (request, body, response, later) => {
    const shop = (request.url ?? '').slice(1)
    const read = readBody(body)
    if (read === null) complaints.push(`${shop}: a webhook is no JSON`)
    if (read === null || read.type === 'user_validation') {
      answer(shop, request, body, response, later)
      return
    }
    const one: HeardWebhook = {
      ...read,
      shop,
      webhookId: String(request.headers['webhook-id']),
      bodyHash: hashOfBody(body),
      at: Date.now(),
      status: null,
      answeredAt: null,
    }
    heard.push(one)
    noteAnswer(one, response)
    const isRefused = refunding.has(shop) && read.orderId % REFUSED_ORDERS === 3 && GRANTING.has(read.type)
    if (isRefused) response.writeHead(400).end()
    else answer(shop, request, body, response, later)
  }
  const server = await startBodyServer(hear)
  return {
    urlOf: ({ name }) => `http://127.0.0.1:${server.port}/${name}`,
    heard,
    grants,
    complaints,
    serve: (shops) => {
      for (const { name, webhookSecret } of shops) {
        const listener = createWebhookListener({
          secret: webhookSecret,
          userExists: () => true,
          onPaid: ({ orderId }) => void grants.set(`${name}:${orderId}`, (grants.get(`${name}:${orderId}`) ?? 0) + 1),
          onCanceled: () => undefined,
          onError: ({ sentence }) => void complaints.push(`${name}: ${sentence}`),
        })
        listeners.set(name, listener)
      }
    },
    turn: (next) => {
      mood = next
    },
    calmDown: () => {
      isCalm = true
    },
    stop: server.stop,
  }
}

/** Of a body, to compare what was heard with what the store has. */
export function hashOfBody(body: string | Buffer): string {
  return createHash('sha256').update(body).digest('base64')
}

const GRANTING = new Set(['payment', 'order_paid'])

interface Body {
  readonly notification_type: string
  readonly order?: { readonly id: number }
  readonly purchase?: { readonly order?: { readonly id: number } }
}

function readBody(bytes: Buffer): Pick<Heard, 'type' | 'orderId'> | null {
  try {
    const { notification_type: type, order, purchase } = JSON.parse(bytes.toString()) as Body
    return { type, orderId: order?.id ?? purchase?.order?.id ?? 0 }
  } catch {
    return null
  }
}
