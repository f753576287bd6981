// What of an order its moves need.
import type { Row } from '../platform/store/index.ts'

/**
 * What of an order a move reads and writes. The rest, most of it text, is read only where somebody is told of the order: on SQLite all
 * of it takes 10 µs an order, this 7.5.
 */
export const MOVING_COLUMNS = [
  'project_id',
  'id',
  'status',
  'currency_kind',
  'party_kind',
  'party_id',
  'channel',
  'accepted_payment_id',
  'timeline_length',
  'updated_at',
  'paid_at',
  'overdue_at',
] as const

/** An order as far as moves go. */
export type MovingOrder = Pick<Row<'orders'>, (typeof MOVING_COLUMNS)[number]>
