// A shop with one unpaid order and the whole write side, for tests of payments: acts that are short to write, views that are short to compare.
import type { Row, Store, WakeUp } from '../../platform/store/index.ts'
import { seedRows, type TestStore, type TestStoreOptions } from '../../platform/store/testing/index.ts'
import { defaultProjectSettings, type ProjectSettingsPatch, patchedSettings } from '../../projects/index.ts'
import { composeWriteSide } from '../../write-side.ts'
import type { FactResult, PaymentFact } from '../payment-fact.ts'
import { recordPaymentFact } from '../record-payment-facts.ts'
import { type RequestRefundInput, type RequestRefundResult, requestRefund } from '../request-refund.ts'
import { type CallAnswer, type ClaimedRefund, claimRefunds, recordRefund } from '../run-refunds.ts'
import { givenFact } from './given-fact.ts'

/** The project and order of every payment test. */
export const PROJECT_ID = 44056
export const ORDER_ID = 10_000_001

/** What differs from an unpaid order of 1.99 USD in a project whose webhooks are combined. `order` null: there is none. */
export interface GivenPayments {
  readonly order?: Partial<Row<'orders'>> | null
  readonly settings?: ProjectSettingsPatch
  readonly commands?: TestStoreOptions['commands']
}

/** A test, as far as cleaning up goes. */
interface Ending {
  after(end: () => Promise<void>): void
}

/** Opens a shop that is stopped at the end of test `t`. */
export async function openPayments(
  t: Ending,
  open: (options?: TestStoreOptions) => Promise<TestStore>,
  { order = {}, settings = {}, commands = [] }: GivenPayments = {},
): Promise<Payments> {
  const { store, stop } = await open({ commands: [...composeWriteSide({ isDev: true }), ...commands] })
  t.after(stop)
  await seedProject(store, settings)
  const payments = new Payments(store)
  if (order !== null) await payments.addOrder(order)
  return payments
}

async function seedProject(store: Store, settings: ProjectSettingsPatch): Promise<void> {
  const at = store.now()
  const merchant = { id: 1001, name: 'Studio', registered_at: Date.UTC(2025, 5, 1), created_at: at }
  await store.run(seedRows, { table: 'merchants', rows: [merchant] })
  const text = JSON.stringify(patchedSettings(defaultProjectSettings, settings))
  const project = { id: PROJECT_ID, merchant_id: 1001, name: 'Game', settings: text, created_at: at, updated_at: at }
  await store.run(seedRows, { table: 'projects', rows: [project] })
  await store.run(seedRows, { table: 'webhook_settings', rows: [givenWebhook(at)] })
}

/** An open shop; opened by `openPayments`. */
export class Payments {
  readonly store: Store
  /** Codes of the alarms raised so far. */
  readonly alarms: string[] = []

  constructor(store: Store) {
    this.store = store
    store.onWakeUp((wakeUps) => this.alarms.push(...wakeUps.flatMap(alarmCode)))
  }

  /** Puts an unpaid order into the store. */
  async addOrder(changes: Partial<Row<'orders'>> = {}): Promise<void> {
    await this.store.run(seedRows, { table: 'orders', rows: [{ ...givenOrder(this.store.now()), ...changes }] })
  }

  /** Tells a fact: a success of 1.99 USD unless said otherwise. */
  tell(changes: Partial<PaymentFact> = {}): Promise<FactResult> {
    return this.store.run(recordPaymentFact, givenFact(changes))
  }

  /** Tells that a refund of 1.99 USD was made at the provider. */
  tellRefund(changes: Partial<PaymentFact> = {}): Promise<FactResult> {
    return this.tell({ type: 'refund.succeeded', eventId: 'evt-refund', providerReference: 're-1', ...changes })
  }

  /** Asks for a refund of all that is left, unless said otherwise. */
  askRefund(changes: Partial<RequestRefundInput> = {}): Promise<RequestRefundResult> {
    const asked = { amount: null, paymentId: null, code: 1, reasonDetail: null, author: 'Ana' }
    return this.store.run(requestRefund, { projectId: PROJECT_ID, orderId: ORDER_ID, ...asked, ...changes })
  }

  /** Works off every refund that is due with the same answer of the provider; says whether each answer counted. */
  async answerRefunds(answer: CallAnswer = { kind: 'succeeded', providerReference: 're-1' }): Promise<boolean[]> {
    const recorded: boolean[] = []
    for (const claimed of await this.store.run(claimRefunds, null)) recorded.push(await this.record(claimed, answer))
    return recorded
  }

  /** Records the provider's answer to a claimed refund; false when it came too late. */
  record({ leaseToken, request }: ClaimedRefund, answer: CallAnswer): Promise<boolean> {
    const { projectId, refundId } = request
    return this.store.run(recordRefund, { projectId, refundId, leaseToken, answer })
  }

  /** Status of the order. */
  async status(id: number = ORDER_ID): Promise<string | undefined> {
    const row = await this.store.read.selectFrom('orders').select('status').where('id', '=', id).executeTakeFirst()
    return row?.status
  }

  /** References and states of all payments. */
  payments(): Promise<Pick<Row<'payments'>, 'provider_reference' | 'state'>[]> {
    return this.store.read.selectFrom('payments').select(['provider_reference', 'state']).orderBy('id').execute()
  }

  /** Sums, codes and states of all refunds. */
  refunds(): Promise<Pick<Row<'refunds'>, 'amount' | 'code' | 'state'>[]> {
    return this.store.read.selectFrom('refunds').select(['amount', 'code', 'state']).orderBy('id').execute()
  }

  /** Events and states of all records of facts. */
  records(): Promise<Pick<Row<'payment_events'>, 'event_id' | 'state' | 'note'>[]> {
    return this.store.read.selectFrom('payment_events').select(['event_id', 'state', 'note']).orderBy('id').execute()
  }

  /** Types of everything the game was told. */
  async told(): Promise<readonly string[]> {
    const rows = await this.store.read.selectFrom('notifications').select('type').orderBy('id').execute()
    return rows.map((row) => row.type)
  }

  /** Moves and late facts of the order. */
  async timeline(): Promise<readonly string[]> {
    const rows = await this.store.read.selectFrom('status_transitions').selectAll().orderBy('number').execute()
    return rows.map((row) => `${row.from_status} → ${row.to_status}: ${row.outcome}, ${row.cause}`)
  }
}

function alarmCode(wakeUp: WakeUp): readonly string[] {
  return wakeUp.kind === 'alarm' ? [wakeUp.code] : []
}

/** An unpaid order of 1.99 USD. */
export function givenOrder(at: number): Row<'orders'> {
  return {
    project_id: PROJECT_ID,
    id: ORDER_ID,
    status: 'new',
    mode: 'default',
    currency_kind: 'real',
    currency: 'USD',
    amount: 199,
    amount_without_discount: 199,
    party_kind: 'user',
    party_id: 'player-1',
    channel: 'p44056_test',
    user_email: 'player@example.com',
    user_country: 'US',
    user_details: '{}',
    platform: 'xsolla',
    comment: null,
    external_id: null,
    custom_parameters: null,
    promotions: '[]',
    promocodes: null,
    coupons: null,
    settings: '{}',
    accepted_payment_id: null,
    timeline_length: 0,
    created_at: at,
    updated_at: at,
    paid_at: null,
    overdue_at: null,
    expires_at: at + 86_400_000,
  }
}

function givenWebhook(at: number): Row<'webhook_settings'> {
  return {
    project_id: PROJECT_ID,
    url: 'https://game.example/webhooks',
    secret: 'sealed',
    previous_secret: null,
    previous_secret_until: null,
    is_enabled: 1,
    version: 1,
    failing_told_at: null,
    created_at: at,
    updated_at: at,
  }
}
