// A project with a game server and everything that tells it of orders, for tests of webhooks.
import type { TestContext } from 'node:test'
import type { ChainEvent, CurrencyKind } from '@ordertrail/core'
import { appendEvents } from '../../events/index.ts'
import { storeClock } from '../../platform/clock.ts'
import { createSignedSender, type SignedSender, type SignedSenderOptions } from '../../platform/http/index.ts'
import { type Logger, silentLogger } from '../../platform/logger.ts'
import { noMetrics } from '../../platform/metrics.ts'
import { createSeal, type Seal } from '../../platform/seal.ts'
import {
  type BoundCommand,
  bind,
  type Command,
  insertRows,
  oneByOne,
  type Row,
  rareCommand,
  type Store,
} from '../../platform/store/index.ts'
import { seedRows, type TestStore, type TestStoreOptions } from '../../platform/store/testing/index.ts'
import type { TrailEvent } from '../../platform/trail.ts'
import {
  createProjectDirectory,
  defaultProjectSettings,
  loadProjectFacts,
  type ProjectDirectory,
  type ProjectSettings,
  projectCommands,
  webhookSecretContext,
} from '../../projects/index.ts'
import { createDispatcher, type Dispatcher, type DispatcherDeps } from '../dispatcher.ts'
import type { EndedDelivery } from '../ended-delivery.ts'
import { enqueueDeliveries, planChains } from '../enqueue-deliveries.ts'
import { makeWebhookSwitches } from '../switch-webhooks.ts'
import { webhookCommands } from '../webhook-commands.ts'
import { type Listener, startListener } from './misbehaving-listener.ts'

export const PROJECT_ID = 44056
export const SECRET = 'a_webhook_secret_of_32_characters'

/** Seals the secret of the stage's project. */
export const stageSeal: Seal = createSeal([new Uint8Array(32).fill(7)])

interface News {
  readonly projectId: number
  readonly orderId: number
  readonly event: ChainEvent
  readonly currencyKind: CurrencyKind
}

/** Tells of an order what a transition would: notifications with short bodies, and their deliveries. */
const announce: Command<News, readonly number[]> = rareCommand('test.announce')

const boundAnnounce = bind(
  announce,
  oneByOne(async (tx, news: News) => {
    const facts = (await loadProjectFacts(tx, [news.projectId])).get(news.projectId)
    if (facts === undefined) throw new Error('There is no such project.')
    const [chain] = await planChains(tx, [{ ...news, facts }])
    if (chain === undefined) return []
    const ids = await tx.takeIds(news.projectId, 'notification', chain.plan.rows.length)
    const notifications = chain.plan.rows.map(
      ({ type, mode }, index): Row<'notifications'> => ({
        project_id: news.projectId,
        id: ids[index] ?? 0,
        order_id: news.orderId,
        type,
        mode,
        version: 1,
        route: 'webhook',
        party_kind: 'user',
        party_id: 'player-1',
        transaction_id: null,
        body: JSON.stringify({ notification_type: type, order: { id: news.orderId } }),
        created_at: tx.now,
      }),
    )
    await insertRows(tx, 'notifications', notifications)
    await enqueueDeliveries(tx, [{ chain, notifications }])
    return ids
  }),
)

/** What differs from a project with enabled webhooks in combined mode. */
export interface StageOptions {
  readonly settings?: Partial<ProjectSettings>
  readonly dispatcher?: Partial<DispatcherDeps>
  /** False: nobody claims until the test starts `dispatcher`. */
  readonly isDispatching?: boolean
  /** Where webhooks go; default: to the stage's own listener. */
  readonly url?: string
  readonly sender?: Partial<SignedSenderOptions>
  readonly commands?: readonly BoundCommand[]
  readonly logger?: Logger
}

/** Everything a test of webhooks touches. */
export interface Stage {
  readonly store: Store
  readonly listener: Listener
  readonly directory: ProjectDirectory
  readonly sender: SignedSender
  readonly dispatcher: Dispatcher
  /** Ends that were told to the floors above, in their order. */
  readonly ended: readonly EndedDelivery[]
  readonly trail: readonly TrailEvent[]
  /** Makes an order that is paid. */
  giveOrder(changes?: Partial<Row<'orders'>>): Promise<number>
  announce(orderId: number, event: ChainEvent, currencyKind?: CurrencyKind): Promise<void>
  deliveries(orderId: number): Promise<readonly Row<'deliveries'>[]>
  attempts(orderId: number): Promise<readonly Row<'attempts'>[]>
  /** `type state` of each delivery of the order, in line order. */
  line(orderId: number): Promise<readonly string[]>
}

type Open = (options?: TestStoreOptions) => Promise<TestStore>

/** Opens a stage; everything of it ends with the test. */
export async function openStage(t: TestContext, open: Open, options: StageOptions = {}): Promise<Stage> {
  const ended: EndedDelivery[] = []
  const trail: TrailEvent[] = []
  const onDeliveriesEnded = async (_tx: unknown, news: readonly EndedDelivery[]): Promise<void> =>
    void ended.push(...news)
  const opened = await open({
    commands: [
      ...webhookCommands({ onDeliveriesEnded }),
      ...projectCommands(makeWebhookSwitches({ appendEvents })),
      boundAnnounce,
      ...(options.commands ?? []),
    ],
  })
  const { store } = opened
  const listener = await startListener()
  await seedProject(store, options.url ?? listener.url, options.settings ?? {})
  const directory = createProjectDirectory({ store, seal: stageSeal, clock: storeClock(store) })
  const sender = createSignedSender({ policy: { allowLoopbackHttp: true }, ...options.sender })
  const dispatcher = createDispatcher({
    store,
    directory,
    sender,
    logger: options.logger ?? silentLogger,
    metrics: noMetrics,
    observe: (event) => trail.push(event),
    deadlineMs: 5_000,
    leaseMarginMs: 10_000,
    inFlightMax: 64,
    ...options.dispatcher,
  })
  t.after(async () => {
    await dispatcher.stop()
    await sender.stop()
    await directory.stop()
    await listener.stop()
    await opened.stop()
  })
  await directory.start()
  if (options.isDispatching !== false) await dispatcher.start()

  const deliveries = (orderId: number) => readDeliveries(store, orderId)
  return {
    store,
    listener,
    directory,
    sender,
    dispatcher,
    ended,
    trail,
    giveOrder: (changes = {}) => giveOrder(store, changes),
    announce: async (orderId, event, currencyKind = 'real') => {
      await store.run(announce, { projectId: PROJECT_ID, orderId, event, currencyKind })
    },
    deliveries,
    attempts: (orderId) => readAttempts(store, orderId),
    line: async (orderId) => (await deliveries(orderId)).map(({ type, state }) => `${type} ${state}`),
  }
}

async function seedProject(store: Store, url: string, settings: Partial<ProjectSettings>): Promise<void> {
  const at = store.now()
  const text = JSON.stringify({ ...defaultProjectSettings, webhookMode: 'combined', ...settings })
  await store.run(seedRows, {
    table: 'merchants',
    rows: [{ id: 1001, name: 'Studio', registered_at: Date.UTC(2025, 5, 1), created_at: at }],
  })
  await store.run(seedRows, {
    table: 'projects',
    rows: [{ id: PROJECT_ID, merchant_id: 1001, name: 'Game', settings: text, created_at: at, updated_at: at }],
  })
  await store.run(seedRows, {
    table: 'webhook_settings',
    rows: [
      {
        project_id: PROJECT_ID,
        url,
        secret: stageSeal.seal(SECRET, webhookSecretContext(PROJECT_ID)),
        previous_secret: null,
        previous_secret_until: null,
        is_enabled: 1,
        version: 1,
        failing_told_at: null,
        created_at: at,
        updated_at: at,
      },
    ],
  })
}

let lastOrderId = 10_000_000

async function giveOrder(store: Store, changes: Partial<Row<'orders'>>): Promise<number> {
  lastOrderId += 1
  const row = { ...givenOrder(store.now()), id: lastOrderId, ...changes }
  await store.run(seedRows, { table: 'orders', rows: [row] })
  return row.id
}

/** A paid order of 1.99 USD. */
export function givenOrder(at: number): Row<'orders'> {
  return {
    project_id: PROJECT_ID,
    id: 10_000_001,
    status: 'paid',
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
    timeline_length: 2,
    created_at: at,
    updated_at: at,
    paid_at: at,
    overdue_at: null,
    expires_at: null,
  }
}

function readDeliveries(store: Store, orderId: number): Promise<readonly Row<'deliveries'>[]> {
  return store.read.selectFrom('deliveries').selectAll().where('order_id', '=', orderId).orderBy('line').execute()
}

function readAttempts(store: Store, orderId: number): Promise<readonly Row<'attempts'>[]> {
  const query = store.read.selectFrom('attempts').selectAll().where('order_id', '=', orderId)
  return query.orderBy('delivery_id').orderBy('number').execute()
}
