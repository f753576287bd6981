// What turning a switch of a project does to its webhooks: the events API on or off, webhooks enabled or disabled.
import type { DeliveryState } from '@ordertrail/core'
import { type NumberPair, type Row, selectRows, type Tx, updateRows } from '../platform/store/index.ts'
import { type ProjectCallbacks, type ProjectFacts, readProjectFacts } from '../projects/index.ts'
import { isPaused, releaseSuccessors } from './release-successors.ts'

type Delivery = Row<'deliveries'>
type Notification = Row<'notifications'>

/** What the switches need: the events API stands beside this folder, so it is handed in. */
export interface SwitchDeps {
  readonly appendEvents: (tx: Tx, notifications: readonly Notification[]) => Promise<void>
}

/** Orders that are settled together. */
const ORDERS_AT_ONCE = 500

/** Rows that become events together. */
const ROWS_AT_ONCE = 1_000

/** States whose rows become events when the events API is switched on; ended and held ones do not. */
const MOVING_STATES: readonly DeliveryState[] = ['blocked', 'due', 'claimed', 'paused']

/**
 * Makes what projects call when a switch is turned: in the transaction of the switch, with the project locked alone, so that no
 * transition and no completion is under way.
 */
export function makeWebhookSwitches(deps: SwitchDeps): ProjectCallbacks {
  return {
    async onRouteChanged(tx, { projectId, to }) {
      if (to === 'events') await moveToEvents(tx, deps, projectId)
      // Back to webhooks: what became an event stays one. A held row may have been released since, by the answer to a
      // resend that was under way at the switch.
      else await settleOrders(tx, projectId, ['paused'])
    },
    onWebhooksEnabled: (tx, projectId) => settleOrders(tx, projectId, ['paused']),
    onWebhooksDisabled: (tx, projectId) => settleOrders(tx, projectId, ['due']),
  }
}

/** Lines of all orders that have a row in one of `states`, settled anew by the switch as it stands now. */
async function settleOrders(tx: Tx, projectId: number, states: readonly DeliveryState[]): Promise<void> {
  const facts = (await readProjectFacts(tx.db, [projectId])).get(projectId)
  const found = await tx.db
    .selectFrom('deliveries')
    .select('order_id')
    .distinct()
    .where('project_id', '=', projectId)
    .where('state', 'in', [...states])
    .orderBy('order_id')
    .execute()
  const orders = found.map(({ order_id: orderId }) => ({ projectId, orderId, isPaused: isOff(facts) }))
  for (let from = 0; from < orders.length; from += ORDERS_AT_ONCE) {
    await releaseSuccessors(tx, orders.slice(from, from + ORDERS_AT_ONCE))
  }
}

function isOff(facts: ProjectFacts | undefined): boolean {
  return facts === undefined || isPaused(facts)
}

/**
 * Ends everything that waits, or is being sent, as `moved`, and lists it as unprocessed events in the order of each chain. An answer to
 * what is being sent comes late, because a moved row is not claimed any more.
 *
 * All in one transaction, however many wait: news that come after the switch must stand behind them in the list of events, and half a
 * switch would tell some orders both ways. So the transitions of the project stand still for as long as it takes.
 */
async function moveToEvents(tx: Tx, { appendEvents }: SwitchDeps, projectId: number): Promise<void> {
  const rows = inChainOrder(await lockMoving(tx, projectId))
  // A few at a time, because their notifications come with their bodies.
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    await moveRows(tx, appendEvents, rows.slice(from, from + ROWS_AT_ONCE))
  }
}

async function moveRows(tx: Tx, appendEvents: SwitchDeps['appendEvents'], rows: readonly Delivery[]): Promise<void> {
  await updateRows(
    tx,
    'deliveries',
    ['project_id', 'id'],
    ['state', 'due_at', 'lease_owner', 'lease_until', 'ended_by', 'ended_at'],
    rows.map((row) => moved(row, tx.now)),
  )
  const notifications = await selectRows(tx, 'notifications', 'id', rows.map(notificationPair), 'none')
  const byId = new Map(notifications.map((notification) => [notification.id, notification]))
  const told = rows.map((row) => onEventsRoute(byId.get(row.notification_id), row))
  await updateRows(tx, 'notifications', ['project_id', 'id'], ['route'], told)
  await appendEvents(tx, told)
}

function lockMoving(tx: Tx, projectId: number): Promise<readonly Delivery[]> {
  const query = tx.db
    .selectFrom('deliveries')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('state', 'in', [...MOVING_STATES])
    .orderBy('id')
  return (tx.engine === 'postgres' ? query.forUpdate() : query).execute()
}

/** Order by order, the one that waited longest first; within an order by its line, whatever the clock said. */
function inChainOrder(rows: readonly Delivery[]): readonly Delivery[] {
  const lines = [...Map.groupBy(rows, (row) => row.order_id).values()]
  for (const line of lines) line.sort((a, b) => a.line - b.line)
  return lines.sort((a, b) => firstMade(a) - firstMade(b)).flat()
}

function firstMade([first]: readonly Delivery[]): number {
  return first?.created_at ?? 0
}

function moved(row: Delivery, now: number): Delivery {
  const end = { due_at: null, ended_by: 'events_api', ended_at: now }
  return { ...row, ...end, state: 'moved', lease_owner: null, lease_until: null }
}

function onEventsRoute(notification: Notification | undefined, row: Delivery): Notification {
  if (notification === undefined) throw new Error(`Delivery ${row.id} has no notification ${row.notification_id}.`)
  return { ...notification, route: 'events' }
}

function notificationPair(row: Delivery): NumberPair {
  return { projectId: row.project_id, id: row.notification_id }
}
