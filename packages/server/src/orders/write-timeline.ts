// The audit of an order: applied moves, and facts that came too late.
import { insertRows, type Row, selectRows, type Tx, updateRows } from '../platform/store/index.ts'
import type { MoveDecision } from './decide-moves.ts'
import { keyOfOwner, pairOf } from './lock-orders.ts'
import type { MovingOrder } from './moving-order.ts'
import type { Move } from './transition.ts'

type Entry = Row<'status_transitions'>

/** Adds one entry for each of `moves`; the number is the length that the move gave to the timeline. */
export async function writeTimeline(tx: Tx, moves: readonly Move[]): Promise<void> {
  const entries = moves.map(({ order, from, to, cause }) =>
    entryOf(tx, order, { from_status: from, to_status: to, outcome: 'applied', cause }),
  )
  await insertRows(tx, 'status_transitions', entries)
}

/**
 * Keeps late facts in the timelines of their orders, marked as ignored.
 *
 * The same fact, told again, is kept once: providers and listeners repeat themselves.
 */
export async function keepLateFacts(tx: Tx, decisions: readonly MoveDecision[]): Promise<void> {
  const late = decisions.filter(({ result }) => result.kind === 'ignored' && result.reason === 'late')
  if (late.length === 0) return
  const kept = new Set((await timelines(tx, late)).filter(({ outcome }) => outcome === 'ignored').map(factKey))
  const entries = late.flatMap(({ input, order }) => {
    if (order === undefined) return []
    const grown = { ...order, timeline_length: order.timeline_length + 1 }
    const entry = entryOf(tx, grown, {
      from_status: order.status,
      to_status: input.to,
      outcome: 'ignored',
      cause: input.cause,
    })
    return kept.has(factKey(entry)) ? [] : [{ entry, order: grown }]
  })
  await insertRows(
    tx,
    'status_transitions',
    entries.map(({ entry }) => entry),
  )
  await updateRows(
    tx,
    'orders',
    ['project_id', 'id'],
    ['timeline_length'],
    entries.map(({ order }) => order),
  )
}

function timelines(tx: Tx, decisions: readonly MoveDecision[]): Promise<readonly Entry[]> {
  return selectRows(
    tx,
    'status_transitions',
    'order_id',
    decisions.map(({ input }) => pairOf(input)),
    'none',
  )
}

function factKey(entry: Entry): string {
  return JSON.stringify([keyOfOwner(entry), entry.to_status, entry.cause, entry.cause_reference])
}

function entryOf(
  tx: Tx,
  order: MovingOrder,
  { cause, ...statuses }: Pick<Entry, 'from_status' | 'to_status' | 'outcome'> & { readonly cause: Move['cause'] },
): Entry {
  return {
    project_id: order.project_id,
    order_id: order.id,
    number: order.timeline_length,
    ...statuses,
    cause: cause.kind,
    cause_reference: cause.reference,
    note: cause.note ?? null,
    at: tx.now,
  }
}
