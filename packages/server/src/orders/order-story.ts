// GET /v1/projects/{project_id}/orders/{order_id}: the whole story of one order, for support and consoles.
import type { Kysely } from 'kysely'
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Row, Store, Tables } from '../platform/store/index.ts'
import { findOrder, foundOrder, itemsOfOrder } from './find-order.ts'
import { ownOrderParams } from './order-schemas.ts'
import { rowSchema, shownTable, wireRow } from './own-rows.ts'

/** Most rows of one kind in a story, the oldest; attempts beyond that are read from their delivery. */
const STORY_ROWS_MAX = 1_000

const ORDER = shownTable('orders', {
  hidden: [],
  json: ['user_details', 'custom_parameters', 'promotions', 'promocodes', 'coupons', 'settings'],
})
const ITEMS = shownTable('order_items', {
  hidden: ['project_id', 'order_id'],
  json: ['promotions', 'custom_attributes', 'description'],
})
const TIMELINE = shownTable('status_transitions', { hidden: ['project_id', 'order_id'], json: [] })
const PAYMENTS = shownTable('payments', { hidden: ['project_id', 'order_id'], json: ['details'] })
const REFUNDS = shownTable('refunds', { hidden: ['project_id', 'order_id', 'lease_token', 'lease_until'], json: [] })
const NOTIFICATIONS = shownTable('notifications', { hidden: ['project_id', 'order_id'], json: ['body'] })
const DELIVERIES = shownTable('deliveries', {
  hidden: ['project_id', 'order_id', 'lease_owner', 'lease_token', 'lease_until', 'kept_since'],
  json: ['offsets'],
})
const ATTEMPTS = shownTable('attempts', {
  hidden: ['project_id', 'order_id'],
  json: ['request_headers', 'response_headers'],
})
const EVENTS = shownTable('events_state', { hidden: ['project_id', 'order_id', 'party_kind', 'party_id'], json: [] })

const storySchema = Type.Object({
  order: rowSchema(ORDER),
  items: Type.Array(rowSchema(ITEMS)),
  timeline: Type.Array(rowSchema(TIMELINE)),
  payments: Type.Array(rowSchema(PAYMENTS)),
  refunds: Type.Array(rowSchema(REFUNDS)),
  notifications: Type.Array(rowSchema(NOTIFICATIONS)),
  deliveries: Type.Array(rowSchema(DELIVERIES)),
  attempts: Type.Array(rowSchema(ATTEMPTS)),
  events: Type.Array(rowSchema(EVENTS)),
})

/** Makes the endpoint. */
export function orderStoryEndpoint({ store }: { readonly store: Pick<Store, 'read'> }): Endpoint {
  return defineEndpoint({
    operationId: 'read-order-story',
    summary: 'An order with all that was done about it',
    tag: 'orders',
    schema: { params: ownOrderParams, response: { 200: storySchema } },
    async handle({ params }) {
      const order = foundOrder(await findOrder(store.read, params.project_id, params.order_id))
      return { status: 200, body: await storyOf(store.read, order) }
    },
  })
}

type Story = Readonly<Record<string, unknown>>
type PartTable = 'status_transitions' | 'payments' | 'refunds' | 'notifications' | 'deliveries' | 'events_state'

async function storyOf(read: Kysely<Tables>, order: Row<'orders'>): Promise<Story> {
  const part = <Table extends PartTable>(table: Table, orderBy: keyof Row<Table> & string) =>
    rowsOfOrder(read, table, order, orderBy)
  return {
    order: wireRow(ORDER, order),
    items: (await itemsOfOrder(read, order)).map((row) => wireRow(ITEMS, row)),
    timeline: (await part('status_transitions', 'number')).map((row) => wireRow(TIMELINE, row)),
    payments: (await part('payments', 'id')).map((row) => wireRow(PAYMENTS, row)),
    refunds: (await part('refunds', 'id')).map((row) => wireRow(REFUNDS, row)),
    notifications: (await part('notifications', 'id')).map((row) => wireRow(NOTIFICATIONS, row)),
    deliveries: (await part('deliveries', 'line')).map((row) => wireRow(DELIVERIES, row)),
    attempts: (await attemptsOf(read, order)).map((row) => wireRow(ATTEMPTS, row)),
    events: (await part('events_state', 'id')).map((row) => wireRow(EVENTS, row)),
  }
}

/** Attempts are found by their deliveries. */
function attemptsOf(read: Kysely<Tables>, { project_id, id }: Row<'orders'>): Promise<readonly Row<'attempts'>[]> {
  const deliveries = read
    .selectFrom('deliveries')
    .where('project_id', '=', project_id)
    .where('order_id', '=', id)
    .select('deliveries.id')
  return read
    .selectFrom('attempts')
    .selectAll()
    .where('project_id', '=', project_id)
    .where('delivery_id', 'in', deliveries)
    .orderBy('started_at')
    .limit(STORY_ROWS_MAX)
    .execute()
}

/** Rows that belong to `order`. The tables share two columns; Kysely cannot see that in a union of tables. */
async function rowsOfOrder<Table extends PartTable>(
  read: Kysely<Tables>,
  table: Table,
  order: Row<'orders'>,
  orderBy: keyof Row<Table> & string,
): Promise<readonly Row<Table>[]> {
  const rows = await (read as unknown as Kysely<{ part: Row<'deliveries'> }>)
    .selectFrom(table as unknown as 'part')
    .where('project_id', '=', order.project_id)
    .where('order_id', '=', order.id)
    .selectAll()
    .orderBy(orderBy as 'id')
    .limit(STORY_ROWS_MAX)
    .execute()
  return rows as unknown as readonly Row<Table>[]
}
