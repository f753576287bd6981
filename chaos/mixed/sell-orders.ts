// Lives of orders: placed, paid in one of two ways, given up, refunded, fulfilled; each wish is told until it is confirmed, or once.
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ChaosAnswer, ChaosCall, ChaosCalls } from './chaos-calls.ts'
import type { Player } from './players.ts'
import type { Sale, Wish } from './sale.ts'
import { GIFT, SWORD, SWORD_PRICE } from './shops.ts'

/** What selling needs. */
export interface SellingDeps {
  readonly calls: ChaosCalls
  readonly random: () => number
  readonly round: () => number
  /** True when nobody should wait any longer: nothing more is repeated. */
  readonly isOver: () => boolean
  /** Told of answers that nothing can excuse. */
  readonly onRefused: (sale: Sale, answer: ChaosAnswer | null) => void
  /** Told of every order that is known by its number. */
  readonly onPlaced: (sale: Sale) => void
}

/** Selling by all players. */
export interface Selling {
  readonly sales: readonly Sale[]
  /** Places nothing more; resolves when every life that began has come to its end. */
  stop(): Promise<void>
}

/** Tells each fact by one reference, whoever hears it and however often. */
export const PROVIDER = 'chaos'

const BREATH_MS_MIN = 80
const BREATH_MS_MAX = 500
const LINGER_MS_MAX = 1_500
const FREE_SHARE = 0.08
/** Asked once, whatever comes of it: nobody knows whether it happened. */
const ONCE_SHARE = 0.1
/** Minor units. */
const PART = 100
/** A game that does not know its player for so long loses the sale. */
const PAGE_TRIES_MAX = 6

/** Starts one buyer for each player. */
export function startSelling(deps: SellingDeps, players: readonly Player[]): Selling {
  const sales: Sale[] = []
  const lives = new Set<Promise<void>>()
  let isStopping = false
  const buy = async (player: Player): Promise<void> => {
    while (!isStopping) {
      const sale = newSale(deps, player)
      sales.push(sale)
      if (await place(deps, sale)) {
        const life = live(deps, sale).finally(() => lives.delete(life))
        lives.add(life)
      }
      await delay(BREATH_MS_MIN + deps.random() * (BREATH_MS_MAX - BREATH_MS_MIN))
    }
  }
  const buyers = Promise.all(players.map(buy))
  return {
    sales,
    stop: async () => {
      isStopping = true
      await buyers
      await Promise.all(lives)
    },
  }
}

function newSale({ random, round }: SellingDeps, player: Player): Sale {
  return {
    player,
    key: randomUUID(),
    kind: random() < FREE_SHARE ? 'free' : 'real',
    round: round(),
    orderId: null,
    token: '',
    asked: new Set(),
    confirmed: new Set(),
  }
}

/** Repeats carry the same key; without an answer the order is asked for again, or left unknown. */
async function place(deps: SellingDeps, sale: Sale): Promise<boolean> {
  const { projectId } = sale.player.shop
  const base = `/api/v2/project/${projectId}`
  const call: ChaosCall = {
    method: 'POST',
    path: sale.kind === 'free' ? `${base}/free/item/${GIFT}` : `${base}/payment/item/${SWORD}`,
    token: sale.player.token,
    headers: { 'idempotency-key': sale.key },
    body: sale.kind === 'free' ? {} : { sandbox: true },
  }
  const answer = await wish(deps, sale, 'place', call)
  if (answer === null) return false
  if (answer.status >= 300) {
    deps.onRefused(sale, answer)
    return false
  }
  sale.orderId = Number(answer.body?.order_id)
  sale.token = String(answer.body?.token ?? '')
  sale.confirmed.add('place')
  deps.onPlaced(sale)
  return true
}

/** Asks until it is answered, now and then only once. */
async function wish(deps: SellingDeps, sale: Sale, what: Wish, call: ChaosCall): Promise<ChaosAnswer | null> {
  sale.asked.add(what)
  if (deps.random() >= ONCE_SHARE) return deps.calls.untilAnswered(call, deps.isOver)
  const answer = await deps.calls.once(call)
  return answer !== null && answer.status < 500 ? answer : null
}

async function live(deps: SellingDeps, sale: Sale): Promise<void> {
  const drawn = deps.random()
  if (sale.kind === 'free') {
    if (drawn < 0.2) await linger(deps).then(() => cancel(deps, sale))
  } else if (drawn < 0.06) return
  else if (drawn < 0.13) await linger(deps).then(() => cancel(deps, sale))
  else if (drawn < 0.18) await Promise.all([cancel(deps, sale), pay(deps, sale)])
  else await payAndGoOn(deps, sale)
}

async function payAndGoOn(deps: SellingDeps, sale: Sale): Promise<void> {
  if (deps.random() < 0.5) await linger(deps)
  if (!(await pay(deps, sale))) return
  const drawn = deps.random()
  if (sale.player.shop.fulfilment === 'api' && drawn < 0.8) await fulfil(deps, sale)
  if (deps.random() < 0.5) await linger(deps)
  if (drawn < 0.12) await refund(deps, sale)
  else if (drawn < 0.2) await refundPart(deps, sale)
  else if (drawn < 0.23) await resend(deps, sale)
}

function linger({ random }: SellingDeps): Promise<void> {
  return delay(random() * LINGER_MS_MAX)
}

function pay(deps: SellingDeps, sale: Sale): Promise<boolean> {
  const { payments } = sale.player.shop
  const way = payments[Math.floor(deps.random() * payments.length)]
  return way === 'page' ? payOnPage(deps, sale) : payAtProvider(deps, sale)
}

/** The provider tells each fact at least once, sometimes twice at the same time. */
async function payAtProvider(deps: SellingDeps, sale: Sale): Promise<boolean> {
  const tell = () => wish(deps, sale, 'pay', factCall(sale, 'payment.succeeded', SWORD_PRICE))
  const answers = await Promise.all(deps.random() < 0.15 ? [tell(), tell()] : [tell()])
  for (const answer of answers) if ((answer?.status ?? 0) >= 300) deps.onRefused(sale, answer)
  return answers.some((answer) => confirm(sale, 'pay', answer, isPaid))
}

/** A payment that comes after a cancellation is taken, and moves nothing. */
function isPaid(answer: ChaosAnswer): boolean {
  const { order } = answer.body as { readonly order?: { readonly status: string } | null }
  return answer.status < 300 && (order?.status === 'paid' || order?.status === 'done')
}

/** The sandbox page; a game that does not answer its question keeps the player from paying. */
async function payOnPage(deps: SellingDeps, sale: Sale): Promise<boolean> {
  const call: ChaosCall = {
    method: 'POST',
    path: '/paystation4/api/pay',
    body: { token: sale.token, outcome: 'paid' },
  }
  for (let tries = 0; tries < PAGE_TRIES_MAX && !deps.isOver(); tries += 1) {
    const answer = await wish(deps, sale, 'pay', call)
    if (answer === null || answer.status >= 300) return false
    if (confirm(sale, 'pay', answer, ({ body }) => body?.result === 'paid')) return true
    await linger(deps)
  }
  return false
}

function confirm(
  sale: Sale,
  what: Wish,
  answer: ChaosAnswer | null,
  isDone: (answer: ChaosAnswer) => boolean,
): boolean {
  if (answer === null || !isDone(answer)) return false
  sale.confirmed.add(what)
  return true
}

function factCall(sale: Sale, type: 'payment.succeeded' | 'refund.succeeded', value: number): ChaosCall {
  const { projectId, credentials } = sale.player.shop
  const reference = `${type}-${value}-${sale.orderId}`
  return {
    method: 'POST',
    path: `/v1/projects/${projectId}/payment-events`,
    credentials,
    // New with each try: what makes a repeat safe is the id of the event.
    headers: { 'idempotency-key': randomUUID() },
    body: {
      type,
      event_id: reference,
      order: { id: sale.orderId },
      amount: { value, currency: 'USD' },
      provider: PROVIDER,
      provider_reference: reference,
      occurred_at: new Date().toISOString(),
      sandbox: true,
    },
  }
}

/** Refused with 409 where the payment was faster. */
async function cancel(deps: SellingDeps, sale: Sale): Promise<void> {
  const answer = await wish(deps, sale, 'cancel', ownCall(sale, 'cancel', {}))
  confirm(sale, 'cancel', answer, ({ status, body }) => status === 200 && body?.status === 'canceled')
}

async function fulfil(deps: SellingDeps, sale: Sale): Promise<void> {
  const answer = await wish(deps, sale, 'fulfil', ownCall(sale, 'fulfillment', {}))
  confirm(sale, 'fulfil', answer, ({ status }) => status === 200)
}

/** All of it, by whoever took the money. */
async function refund(deps: SellingDeps, sale: Sale): Promise<void> {
  await giveBack(deps, sale, 'refund', SWORD_PRICE)
}

async function refundPart(deps: SellingDeps, sale: Sale): Promise<void> {
  const isPartBack = await giveBack(deps, sale, 'part_refund', PART)
  // Of a part that nobody confirmed it is unknown whether there is a rest.
  if (deps.random() < 0.5 && isPartBack) await giveBack(deps, sale, 'refund', SWORD_PRICE - PART)
}

/** The provider says that it was made; refused facts, of an order canceled meanwhile for instance, confirm nothing. */
async function giveBack(deps: SellingDeps, sale: Sale, what: Wish, value: number): Promise<boolean> {
  const isOfProvider = sale.player.shop.payments.includes('provider')
  const call = isOfProvider
    ? factCall(sale, 'refund.succeeded', value)
    : ownCall(sale, 'refunds', { code: 1, amount: value })
  const answer = await wish(deps, sale, what, call)
  return confirm(sale, what, answer, ({ status, body }) => status === 202 || (status < 300 && body?.applied === true))
}

/** A person sends the last webhook again; whatever is answered, nothing may go wrong by it. */
async function resend(deps: SellingDeps, sale: Sale): Promise<void> {
  sale.asked.add('resend')
  await deps.calls.once(ownCall(sale, 'resend', undefined))
}

function ownCall({ orderId, player: { shop } }: Sale, what: string, body: unknown): ChaosCall {
  const path = `/v1/projects/${shop.projectId}/orders/${orderId}/${what}`
  return { method: 'POST', path, credentials: shop.credentials, ...(body === undefined ? {} : { body }) }
}
