// Strangers who try foreign orders, tokens, channels and events all the time; whatever breaks, they must never get anything.
import { setTimeout as delay } from 'node:timers/promises'
import { Centrifuge } from 'centrifuge'
import type { ChaosAnswer, ChaosCall, ChaosCalls } from './chaos-calls.ts'
import { tokenOf } from './players.ts'
import type { Sale } from './sale.ts'
import type { Shop } from './shops.ts'

/** The strangers. */
export interface Strangers {
  readonly tries: () => number
  /** What they got. */
  readonly violations: readonly string[]
  stop(): Promise<void>
}

/** What they need; `sales` grows while they try. */
export interface StrangersDeps {
  readonly calls: ChaosCalls
  readonly socketsUrl: string
  readonly shops: readonly Shop[]
  readonly sales: () => readonly Sale[]
  readonly random: () => number
}

const BREATH_MS = 250
const STRANGER = 'stranger'

/** Starts them: one of each shop, who also watches what is theirs, which is nothing; and one with a forged token. */
export function startStrangers(deps: StrangersDeps): Strangers {
  const { shops, calls, random } = deps
  const violations: string[] = []
  const tell = (sentence: string): void => void violations.push(`a stranger ${sentence}`)
  let tries = 0
  let isStopping = false
  const sockets = shops.flatMap((shop) => [
    watchNothing(deps.socketsUrl, shop, tokenOf(shop, STRANGER), STRANGER, tell),
    watchNothing(deps.socketsUrl, shop, forged(tokenOf(shop, `${shop.name}-watches`)), `${shop.name}-watches`, tell),
    watchNothing(deps.socketsUrl, shop, tokenOf(shop, STRANGER), `${shop.name}-watches`, tell),
  ])
  const run = async (): Promise<void> => {
    while (!isStopping) {
      const known = deps.sales().filter(({ orderId }) => orderId !== null)
      const sale = known[Math.floor(random() * known.length)]
      if (sale !== undefined) {
        for (const [what, call, isHarmless] of triesAt(sale, shops, random)) {
          tries += 1
          const answer = await calls.once(call)
          if (answer !== null && !isHarmless(answer)) tell(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`)
        }
      }
      await delay(BREATH_MS)
    }
  }
  const running = run()
  return {
    tries: () => tries,
    violations,
    stop: async () => {
      isStopping = true
      await running
      for (const socket of sockets) socket.disconnect()
    },
  }
}

type Try = readonly [what: string, call: ChaosCall, isHarmless: (answer: ChaosAnswer) => boolean]

const isRefused = ({ status }: ChaosAnswer): boolean => status >= 400

function triesAt(sale: Sale, shops: readonly Shop[], random: () => number): readonly Try[] {
  const { shop, token } = sale.player
  const others = shops.filter(({ projectId }) => projectId !== shop.projectId)
  const other = others[Math.floor(random() * others.length)] as Shop
  const store = `/api/v2/project/${shop.projectId}/order/${sale.orderId}`
  const own = `/v1/projects/${shop.projectId}/orders/${sale.orderId}`
  const stranger = tokenOf(shop, STRANGER)
  const all: readonly Try[] = [
    ['read an order of another player', { method: 'GET', path: store, token: stranger }, isRefused],
    [
      'read an order with a token of another shop',
      { method: 'GET', path: store, token: tokenOf(other, sale.player.userId) },
      isRefused,
    ],
    ['read an order with a forged token', { method: 'GET', path: store, token: forged(token) }, isRefused],
    [
      'read the story of an order with the key of another shop',
      { method: 'GET', path: own, credentials: other.credentials },
      isRefused,
    ],
    [
      'canceled an order with the key of another shop',
      { method: 'POST', path: `${own}/cancel`, credentials: other.credentials, body: {} },
      isRefused,
    ],
    [
      'paid with a token that is none',
      { method: 'POST', path: '/paystation4/api/pay', body: { token: `x${sale.token}`, outcome: 'paid' } },
      isRefused,
    ],
    ['has events', { method: 'GET', path: `/events?project_id=${shop.projectId}`, token: stranger }, hasNoEvents],
    [
      'marked an event',
      {
        method: 'POST',
        path: `/events/${10_000_001 + Math.floor(random() * 500)}/processed?project_id=${shop.projectId}`,
        token: stranger,
      },
      isRefused,
    ],
  ]
  const chosen = all[Math.floor(random() * all.length)]
  return chosen === undefined ? [] : [chosen]
}

function hasNoEvents({ status, body }: ChaosAnswer): boolean {
  return status >= 400 || (Array.isArray(body?.events) && body.events.length === 0)
}

/** The signature of somebody who does not know the secret. */
function forged(token: string): string {
  const [header, claims, signature = ''] = token.split('.')
  return `${header}.${claims}.${[...signature].reverse().join('')}`
}

/** A connection that is refused, or that never sees anything; a refused one comes back, as strangers do. */
function watchNothing(
  url: string,
  { projectId, name }: Shop,
  auth: string,
  userId: string,
  tell: (sentence: string) => void,
): Centrifuge {
  const data = { user_external_id: userId, auth, project_id: projectId }
  const client = new Centrifuge(url, { data, minReconnectDelay: 200, maxReconnectDelay: 2_000 })
  const isOwn = userId === STRANGER
  client.on('publication', ({ data }) => tell(`of ${name} was shown ${JSON.stringify(data)}`))
  client.on('connected', () => {
    if (!isOwn) tell(`of ${name} connected as ${userId}`)
  })
  client.on('subscribed', ({ streamPosition }) => {
    if ((streamPosition?.offset ?? 0) > 0) tell(`of ${name} has a stream of somebody`)
  })
  client.connect()
  return client
}
