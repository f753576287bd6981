// POST /events/{id}/processed: the game took note; the first mark of an order's event may be its fulfilment.
import type { Party } from '../platform/http/index.ts'
import { type Command, type GroupHandler, type Row, selectRows, type Tx, updateRows } from '../platform/store/index.ts'

/** Who marks which event. */
export interface MarkEventInput {
  readonly party: Party
  readonly eventId: number
}

/** `absent` also where the event is somebody else's: an id opens nothing. `repeated`: it was marked before. */
export interface MarkEventResult {
  readonly kind: 'marked' | 'repeated' | 'absent'
}

/** An event that was marked for the first time, for what it causes above this floor. */
export interface ProcessedEvent {
  readonly projectId: number
  readonly orderId: number
  readonly eventId: number
  /** Notification type: payment, order_paid, … */
  readonly type: string
}

/** Runs inside the transaction that marks, before the mark is written, because orders are locked before events. */
export type OnEventsProcessed = (tx: Tx, events: readonly ProcessedEvent[]) => Promise<void>

/** Marks one event; idempotent. */
export const markEventProcessed: Command<MarkEventInput, MarkEventResult> = {
  name: 'events.mark-processed',
  groupMax: 64,
  keys: ({ party, eventId }) => [`event:${party.projectId}:${eventId}`],
}

/** The handler of `markEventProcessed`. */
export function markEventsProcessed(
  onEventsProcessed: OnEventsProcessed,
): GroupHandler<MarkEventInput, MarkEventResult> {
  return async (tx, inputs) => {
    const found = await ownEvents(tx, inputs)
    const fresh = found.flatMap((row) => (row?.processed_at === null ? [row] : []))
    await onEventsProcessed(tx, fresh.map(processedEvent))
    const marks = fresh.map((row) => ({ ...row, processed_at: tx.now }))
    await updateRows(tx, 'events_state', ['project_id', 'id'], ['processed_at'], marks)
    return found.map((row) => ({
      kind: row === undefined ? 'absent' : row.processed_at === null ? 'marked' : 'repeated',
    }))
  }
}

/** An event that the game heard of by webhook after all. */
export interface HeardEvent {
  readonly projectId: number
  readonly eventId: number
}

/** Marks events as processed inside the transaction that records how the game heard of them, with their orders locked. */
export async function markEventsHeard(tx: Tx, events: readonly HeardEvent[]): Promise<void> {
  const marks = events.map(({ projectId, eventId }) => ({ project_id: projectId, id: eventId, processed_at: tx.now }))
  await updateRows(tx, 'events_state', ['project_id', 'id'], ['processed_at'], marks)
}

type EventRow = Row<'events_state'>

/** The event that each input names, where it is the party's own. */
async function ownEvents(tx: Tx, inputs: readonly MarkEventInput[]): Promise<readonly (EventRow | undefined)[]> {
  const pairs = inputs.map(({ party, eventId }) => ({ projectId: party.projectId, id: eventId }))
  const rows = await selectRows(tx, 'events_state', 'id', pairs, 'none')
  const byKey = new Map(rows.map((row) => [`${row.project_id}:${row.id}`, row]))
  return inputs.map(({ party, eventId }) => {
    const row = byKey.get(`${party.projectId}:${eventId}`)
    return row?.party_kind === party.kind && row.party_id === party.id ? row : undefined
  })
}

function processedEvent({ project_id, order_id, id, type }: EventRow): ProcessedEvent {
  return { projectId: project_id, orderId: order_id, eventId: id, type }
}
