// The shop of a test: acts that are short to write, and views that are short to compare.
import type { OrderStatus } from '@ordertrail/core'
import type { Party } from '../../platform/http/index.ts'
import type { Row, Store, WakeUp } from '../../platform/store/index.ts'
import { seedRows } from '../../platform/store/testing/index.ts'
import type { ProjectSettingsPatch } from '../../projects/index.ts'
import {
  applyTransition,
  type CreateOrderInput,
  type CreateOrderResult,
  createOrder,
  type TransitionInput,
  type TransitionResult,
} from '../index.ts'
import { givenPayment, givenRefund, givenWebhook, PROJECT_ID, userParty } from './given-rows.ts'
import { attemptOrder, changeSettings, setPaymentState } from './test-commands.ts'

/** A body as far as tests look into it. */
export interface SeenBody {
  readonly notification_type: string
  readonly user: { readonly email: string }
  readonly order: Readonly<Record<string, unknown>>
  readonly items: readonly Readonly<Record<string, unknown>>[]
  readonly purchase: { readonly order: { readonly id: number } }
  readonly billing?: {
    readonly refund_details: { readonly code: number }
    readonly transaction: { readonly id: number; readonly dry_run?: number }
  }
  readonly payment_details: { readonly payment: { readonly amount: number } }
}

/** A notification as tests compare it. */
export interface SeenNotification {
  readonly type: string
  readonly route: string
  readonly body: SeenBody
}

/** A wish for one sword, paid with money. */
export function swordFor(userId: string): CreateOrderInput {
  return {
    party: userParty(userId),
    source: { kind: 'item', sku: 'sword_1', quantity: 1 },
    paidWith: { kind: 'money' },
    promoCode: null,
    currency: null,
    country: 'US',
    mode: 'default',
    platform: 'xsolla',
    email: 'ann@example.com',
    userDetails: '{}',
    externalId: null,
    customParameters: null,
    settings: '{}',
    token: null,
    requestKey: null,
    actor: null,
  }
}

/** An open shop; opened by `openShop`. */
export class Shop {
  readonly store: Store
  /** Everything that was woken since the shop was opened, or since `wakeUps.length = 0`. */
  readonly wakeUps: WakeUp[] = []

  constructor(store: Store) {
    this.store = store
    store.onWakeUp((some) => this.wakeUps.push(...some))
  }

  /** Asks for an order: one sword for money by user `ann`, unless said otherwise. */
  create(wish: Partial<CreateOrderInput> = {}): Promise<CreateOrderResult> {
    return this.store.run(createOrder, { ...swordFor('ann'), ...wish })
  }

  /** The id of a new order; fails the test when it was refused. */
  async buy(wish: Partial<CreateOrderInput> = {}): Promise<number> {
    const result = await this.create(wish)
    if (result.kind !== 'created') throw new Error(`The order was not created: ${JSON.stringify(result)}`)
    return result.orderId
  }

  /** A free order. */
  buyFree(wish: Partial<CreateOrderInput> = {}): Promise<number> {
    const source = { kind: 'item', sku: 'daily_gift', quantity: 1 } as const
    return this.buy({ source, paidWith: { kind: 'nothing' }, ...wish })
  }

  /** Gives `party` so much of a virtual currency. */
  async fund(sku: string, balance: number, party: Party = userParty('ann')): Promise<void> {
    const row = { project_id: PROJECT_ID, party_kind: party.kind, party_id: party.id, sku, balance }
    await this.store.run(seedRows, { table: 'virtual_currency_balances', rows: [row] })
  }

  /** A payment of the whole order that stands in the store but has moved nothing; gives its id. */
  async payment(orderId: number, members: Partial<Row<'payments'>> = {}): Promise<number> {
    const row = givenPayment(await this.order(orderId), members)
    await this.store.run(seedRows, { table: 'payments', rows: [row] })
    return row.id
  }

  /** As if the provider had told something new about a payment. */
  async setPaymentState(paymentId: number, state: string): Promise<void> {
    await this.store.run(setPaymentState, { paymentId, state })
  }

  /** A refund that has succeeded but moved nothing; gives its id. */
  async refund(orderId: number, members: Partial<Row<'refunds'>> = {}): Promise<number> {
    const row = givenRefund(await this.order(orderId), members)
    await this.store.run(seedRows, { table: 'refunds', rows: [row] })
    return row.id
  }

  /** Asks for a move. */
  move(
    orderId: number,
    to: OrderStatus,
    kind: TransitionInput['cause']['kind'],
    more: Partial<TransitionInput> = {},
  ): Promise<TransitionResult> {
    const cause = { kind, reference: null }
    return this.store.run(applyTransition, { projectId: PROJECT_ID, orderId, to, cause, ...more })
  }

  /** Pays the order with a payment of its own. */
  async pay(orderId: number): Promise<TransitionResult> {
    return this.move(orderId, 'paid', 'payment_succeeded', { paymentId: await this.payment(orderId) })
  }

  /** Gives the whole payment back. */
  async giveBack(orderId: number): Promise<TransitionResult> {
    return this.move(orderId, 'canceled', 'refund_succeeded', { refundId: await this.refund(orderId) })
  }

  /** As if a listener had been tried with every webhook of the order so far. */
  async attempt(orderId: number): Promise<void> {
    await this.store.run(attemptOrder, orderId)
  }

  /** Changes settings of the project without what a real switch does to waiting deliveries. */
  async change(patch: ProjectSettingsPatch): Promise<void> {
    await this.store.run(changeSettings, patch)
  }

  /** Makes webhook settings where there were none. */
  async setWebhook(): Promise<void> {
    await this.store.run(seedRows, { table: 'webhook_settings', rows: [givenWebhook()] })
  }

  /** An order's row. */
  order(orderId: number): Promise<Row<'orders'>> {
    return this.store.read.selectFrom('orders').where('id', '=', orderId).selectAll().executeTakeFirstOrThrow()
  }

  /** `from→to outcome cause` of each entry. */
  async timeline(orderId: number): Promise<readonly string[]> {
    const rows = await this.store.read
      .selectFrom('status_transitions')
      .where('order_id', '=', orderId)
      .selectAll()
      .orderBy('number')
      .execute()
    rows.forEach((row, index) => {
      if (row.number !== index + 1) throw new Error(`Entry ${index + 1} of order ${orderId} has number ${row.number}.`)
    })
    return rows.map((row) => `${row.from_status ?? ''}→${row.to_status} ${row.outcome} ${row.cause}`)
  }

  /** `offset:order id:status` of each publication of a party. */
  async published(party: Party = userParty('ann')): Promise<readonly string[]> {
    const rows = await this.store.read
      .selectFrom('publications as p')
      .innerJoin('channels as c', (join) =>
        join.onRef('c.project_id', '=', 'p.project_id').onRef('c.channel', '=', 'p.channel'),
      )
      .where('c.party_kind', '=', party.kind)
      .where('c.party_id', '=', party.id)
      .select(['p.stream_offset', 'p.data'])
      .orderBy('p.stream_offset')
      .execute()
    return rows.map(({ stream_offset, data }) => {
      const { order_id, status } = JSON.parse(data) as { readonly order_id: number; readonly status: string }
      return `${stream_offset}:${order_id}:${status}`
    })
  }

  /** `type:state` of each delivery of an order, in line order. */
  async line(orderId: number): Promise<readonly string[]> {
    const rows = await this.store.read
      .selectFrom('deliveries')
      .where('order_id', '=', orderId)
      .select(['type', 'state'])
      .orderBy('line')
      .execute()
    return rows.map(({ type, state }) => `${type}:${state}`)
  }

  /** `type` of each event of an order, in the order of their ids. */
  async events(orderId: number): Promise<readonly string[]> {
    const rows = await this.store.read
      .selectFrom('events_state')
      .where('order_id', '=', orderId)
      .select('type')
      .orderBy('id')
      .execute()
    return rows.map(({ type }) => type)
  }

  /** Notifications of an order in the order of their ids, with parsed bodies. */
  async notifications(orderId: number): Promise<readonly SeenNotification[]> {
    const rows = await this.store.read
      .selectFrom('notifications')
      .where('order_id', '=', orderId)
      .selectAll()
      .orderBy('id')
      .execute()
    return rows.map(({ type, route, body }) => ({ type, route, body: JSON.parse(body) as SeenBody }))
  }

  /** Balance of a virtual currency; 0 where there is none. */
  async balance(sku: string, party: Party = userParty('ann')): Promise<number> {
    const row = await this.store.read
      .selectFrom('virtual_currency_balances')
      .where('party_id', '=', party.id)
      .where('sku', '=', sku)
      .select('balance')
      .executeTakeFirst()
    return row?.balance ?? 0
  }
}
