// Puts projects and orders into an empty store, by the same commands as the server does.
import { DatabaseSync } from 'node:sqlite'
import { type ImportCatalogInput, importCatalog, loadDemoCatalog } from '../../packages/server/src/catalog/index.ts'
import { type CreateOrderInput, createOrder } from '../../packages/server/src/orders/index.ts'
import type { PaymentFact } from '../../packages/server/src/payments/payment-fact.ts'
import { recordPaymentFact } from '../../packages/server/src/payments/record-payment-facts.ts'
import { createSeal } from '../../packages/server/src/platform/seal.ts'
import type { Store } from '../../packages/server/src/platform/store/index.ts'
import {
  changeProjectSettings,
  defaultProjectSettings,
  hashOfApiKey,
  LOGIN_SECRET_CONTEXT,
  type ProjectSettings,
  putWebhookSettings,
  seedProject,
  webhookSecretContext,
} from '../../packages/server/src/projects/index.ts'
import { type Place, queryOnce, withStore } from './databases.ts'

/** Key that seals secrets in every store of the bench. */
export const SECRET_KEY = Buffer.alloc(32, 7)
/** One key for all projects: it speaks for their merchant. */
export const API_KEY = 'bench_api_key_for_every_project_of_the_merchant'
/** Signs the user JWTs of all projects. */
export const LOGIN_SECRET = 'bench_login_secret_of_more_than_32_characters'
export const WEBHOOK_SECRET = 'bench_webhook_secret_of_40_characters_00'
export const MERCHANT_ID = 1001
const FIRST_PROJECT_ID = 50_001

const ACTOR = 'bench'
/** Registered after the day from which webhooks are combined. */
const REGISTERED_AT = Date.UTC(2025, 5, 1)
const PRICE_MINOR_UNITS = 499
const PLAYERS = 5_000
/** Callers at once while seeding: as many as share a transaction. */
const CALLERS = 256
const DAY_MS = 86_400_000

/** An order of the bench. */
export interface SeededOrder {
  readonly projectId: number
  readonly orderId: number
}

/** What to seed. `arePaid`: with a webhook due for each order. */
export interface SeedPlan {
  readonly projects: number
  /** Who take turns in buying, from player-0 on; left out: PLAYERS. A multiple of `projects` gives each player one project. */
  readonly players?: number
  readonly orders: number
  readonly arePaid: boolean
}

/** Ids of the projects of a plan. */
export function projectIds(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => FIRST_PROJECT_ID + index)
}

/** Seeds an empty place; gives the orders in their order, projects taking turns. */
export async function seedPlace(place: Place, plan: SeedPlan): Promise<readonly SeededOrder[]> {
  await withStore(place, async (store) => {
    for (const projectId of projectIds(plan.projects)) await seedOneProject(store, projectId)
  })
  const orders = await addOrders(place, plan)
  if (place.engine === 'postgres') await queryOnce(place.url, 'vacuum analyze', 'checkpoint')
  return orders
}

/** Adds orders to a place that has the projects of `plan` already. */
export async function addOrders(place: Place, plan: SeedPlan): Promise<readonly SeededOrder[]> {
  const ids = projectIds(plan.projects)
  const { players = PLAYERS } = plan
  const wanted = Array.from({ length: plan.orders }, (_, index) => ids[index % ids.length] ?? FIRST_PROJECT_ID)
  const orders = await withStore(place, (store) =>
    atOnce(wanted, (projectId, index) => placeOrder(store, wishOf(projectId, index % players), plan.arePaid)),
  )
  await postponeAlarms(place)
  return orders
}

/** Sends the webhooks of a place to `urlOf` each project, and gives all its projects these settings. */
export async function pointAt(
  place: Place,
  projects: number,
  urlOf: (projectId: number) => string,
  patch: Partial<Omit<ProjectSettings, 'toggles'>> = {},
): Promise<void> {
  await withStore(place, async (store) => {
    for (const projectId of projectIds(projects)) {
      await store.run(changeProjectSettings, { projectId, patch, actor: ACTOR })
      const settings = { projectId, url: urlOf(projectId), secret: null, isEnabled: true, version: null, overlapMs: 0 }
      await store.run(putWebhookSettings, { ...settings, actor: ACTOR })
    }
  })
}

/** The payment that pays an order of the bench. */
export function paymentOf({ projectId, orderId }: SeededOrder): PaymentFact {
  return {
    projectId,
    provider: 'bench',
    eventId: `event-${projectId}-${orderId}`,
    type: 'payment.succeeded',
    order: { id: orderId },
    amount: PRICE_MINOR_UNITS,
    currency: 'USD',
    providerReference: `payment-${projectId}-${orderId}`,
    paymentReference: null,
    method: { id: 1380, name: 'Bank card' },
    occurredAt: Date.now(),
    isSandbox: false,
    reason: null,
    raw: '{}',
  }
}

async function seedOneProject(store: Store, projectId: number): Promise<void> {
  const seal = createSeal([SECRET_KEY])
  const secret = seal.seal(WEBHOOK_SECRET, webhookSecretContext(projectId))
  const jwt = { algorithm: 'HS256', secret: seal.seal(LOGIN_SECRET, LOGIN_SECRET_CONTEXT) } as const
  await store.run(seedProject, {
    merchant: { id: MERCHANT_ID, name: 'Bench studio', registeredAt: REGISTERED_AT },
    project: {
      id: projectId,
      name: `Game ${projectId}`,
      settings: { ...defaultProjectSettings, fulfilment: 'api', jwt },
    },
    key: { name: 'bench', keyHash: hashOfApiKey(API_KEY), speaksFor: 'merchant' },
    webhook: { url: 'http://127.0.0.1:1/', secret, isEnabled: true, version: 1 },
    actor: ACTOR,
  })
  const wanted: ImportCatalogInput = { projectId, mode: 'replace', catalog: loadDemoCatalog(), actor: ACTOR }
  await store.run(importCatalog, wanted)
}

async function placeOrder(store: Store, wish: CreateOrderInput, isPaid: boolean): Promise<SeededOrder> {
  const result = await store.run(createOrder, wish)
  if (result.kind !== 'created') throw new Error(`The order was not created: ${JSON.stringify(result)}`)
  const order = { projectId: wish.party.projectId, orderId: result.orderId }
  if (isPaid) await store.run(recordPaymentFact, paymentOf(order))
  return order
}

/** One sword for a player. */
export function wishOf(projectId: number, player: number): CreateOrderInput {
  return {
    party: { projectId, kind: 'user', id: `player-${player}` },
    source: { kind: 'item', sku: 'sword_1', quantity: 1 },
    paidWith: { kind: 'money' },
    promoCode: null,
    currency: 'USD',
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

/** Runs `act` for each, so many at a time that groups fill; results in their order. */
async function atOnce<One, Result>(
  list: readonly One[],
  act: (one: One, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = new Array(list.length)
  let next = 0
  const caller = async (): Promise<void> => {
    for (let index = next++; index < list.length; index = next++) results[index] = await act(list[index] as One, index)
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  return results
}

/** Paid orders that nobody fulfils are overdue in minutes; a round that runs later must not be busy with telling so. */
async function postponeAlarms(place: Place): Promise<void> {
  const tomorrow = Date.now() + DAY_MS
  const later = `update orders set overdue_at = ${tomorrow} where overdue_at < ${tomorrow}`
  if (place.engine === 'postgres') return queryOnce(place.url, later)
  const database = new DatabaseSync(place.path)
  database.exec(`${later}; pragma wal_checkpoint(truncate)`)
  database.close()
}
