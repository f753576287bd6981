// Owes one webhook that stands in no chain, so that a schedule can be watched alone.
import type { DeliveryType } from '@ordertrail/core'
import {
  type BoundCommand,
  bind,
  type Command,
  insertRows,
  oneByOne,
  type Row,
  type Tx,
} from '../../packages/server/src/platform/store/index.ts'
import { loadProjectFacts } from '../../packages/server/src/projects/index.ts'
import { enqueueDeliveries } from '../../packages/server/src/webhooks/index.ts'

/** What is owed; its order has no other webhook. */
export interface OwedWebhook {
  readonly projectId: number
  readonly orderId: number
  readonly type: DeliveryType
}

/** Writes the notification and, by the real steps, its delivery; gives the delivery's id. */
export const oweWebhook: Command<OwedWebhook, number> = { name: 'simulation.owe', groupMax: 64, keys: () => [] }

/** The command with its handler. */
export const boundOweWebhook: BoundCommand = bind(oweWebhook, oneByOne(owe))

async function owe(tx: Tx, { projectId, orderId, type }: OwedWebhook): Promise<number> {
  const facts = (await loadProjectFacts(tx, [projectId])).get(projectId)
  if (facts === undefined) throw new Error(`There is no project ${projectId}.`)
  const [id = 0] = await tx.takeIds(projectId, 'notification', 1)
  const notification = notificationOf({ projectId, orderId, type }, id, tx.now)
  await insertRows(tx, 'notifications', [notification])
  const question = { projectId, orderId, event: 'paid', currencyKind: 'real', facts } as const
  const row = { type, mode: 'separate', predecessor: null, state: 'due' } as const
  const chain = { question, plan: { rows: [row], changes: [] }, line: [] }
  await enqueueDeliveries(tx, [{ chain, notifications: [notification] }])
  const made = await tx.db
    .selectFrom('deliveries')
    .select('id')
    .where('project_id', '=', projectId)
    .where('order_id', '=', orderId)
    .executeTakeFirstOrThrow()
  return made.id
}

function notificationOf({ projectId, orderId, type }: OwedWebhook, id: number, now: number): Row<'notifications'> {
  return {
    project_id: projectId,
    id,
    order_id: orderId,
    type,
    mode: 'separate',
    version: 1,
    route: 'webhook',
    party_kind: 'user',
    party_id: 'player-1',
    transaction_id: null,
    body: JSON.stringify({ notification_type: type, order: { id: orderId } }),
    created_at: now,
  }
}
