// The record of every fact in payment_events: claimed before it is applied, with what is expected of it, and corrected where it comes otherwise.
import { columnsOf, type Row, runEach, runText, type Tx, updateRows } from '../platform/store/index.ts'
import type { FactNote, FactResult, PaymentFact } from './payment-fact.ts'
import { selectByText } from './select-by-text.ts'

/** Facts whose order or payment is unknown are kept this long; source: rules of payments. */
const PARKED_MS_MAX: number = 72 * 60 * 60 * 1000

/**
 * A fact whose record stands and that is to be applied.
 *
 * @property orderId the order it waits for, found when it was told; null: the order that it names is still to be found
 * @property parkedUntil the end of its waiting; null: it is new
 */
export interface RecordedFact {
  readonly eventId: number
  readonly fact: PaymentFact
  readonly orderId: number | null
  readonly parkedUntil: number | null
}

type Event = Row<'payment_events'>

/** State of a record; `received` stands there until its transaction says more, so nobody else ever reads that. */
type RecordState = 'received' | 'applied' | 'ignored' | 'parked' | 'needs_review'

const STATE_OF_NOTE: Readonly<Record<FactNote, RecordState>> = {
  applied: 'applied',
  recorded: 'applied',
  second_payment: 'applied',
  payment_after_cancellation: 'applied',
  duplicate: 'ignored',
  late: 'ignored',
  parked: 'parked',
  amount_mismatch: 'needs_review',
  sandbox_mismatch: 'needs_review',
  order_takes_no_payment: 'needs_review',
  other_order: 'needs_review',
  refund_too_large: 'needs_review',
}

/**
 * What nearly always becomes of a fact, written with its record and its answer: most need no second write then. Null: no guess.
 *
 * Right or wrong, nobody reads it before what it came to stands in its place, because that is the same transaction.
 */
export function expectedResult({ type, order }: PaymentFact, eventId: number): FactResult | null {
  if (type !== 'payment.succeeded' || !('id' in order)) return null
  return { eventId, isApplied: true, order: { id: order.id, status: 'paid' }, note: 'applied' }
}

/** Names a fact: project, provider and the provider's event id. */
export function factKey(fact: Pick<PaymentFact, 'projectId' | 'provider' | 'eventId'>): string {
  return JSON.stringify([fact.projectId, fact.provider, fact.eventId])
}

const COLUMNS = Object.keys(columnsOf('payment_events'))
const CLAIM_END = 'on conflict (project_id, provider, event_id) do nothing returning id'
const CLAIM_POSTGRES = `insert into payment_events (${COLUMNS}) select * from unnest(${arraysOf(COLUMNS)}) ${CLAIM_END}`
const CLAIM_SQLITE = `insert into payment_events (${COLUMNS}) values (${COLUMNS.map(() => '?')}) ${CLAIM_END}`

function arraysOf(columns: readonly string[]): string {
  const kinds = columnsOf('payment_events')
  return columns
    .map((column, index) => `$${index + 1}::${kinds[column]?.startsWith('int') ? 'bigint' : 'text'}[]`)
    .join(', ')
}

/** A fact with the id that its record gets, should it be new. */
export interface NumberedFact {
  readonly fact: PaymentFact
  readonly eventId: number
}

/** Gives each fact an id. */
export async function numberFacts(tx: Tx, facts: readonly PaymentFact[]): Promise<readonly NumberedFact[]> {
  if (facts.length === 0) return []
  const ids = await tx.takeIds(0, 'payment_event', facts.length)
  return facts.map((fact, index) => ({ fact, eventId: ids[index] as number }))
}

/**
 * Makes records for facts that were never told before; those of the others are missing in the answer.
 *
 * A claim waits for another transaction that holds the same fact, so it comes before any lock, and always in the same order.
 */
export async function claimFacts(tx: Tx, facts: readonly NumberedFact[]): Promise<readonly RecordedFact[]> {
  if (facts.length === 0) return []
  const records = facts.map((numbered): RecordedFact => ({ ...numbered, orderId: null, parkedUntil: null }))
  const sorted = [...records].sort((a, b) => (factKey(a.fact) < factKey(b.fact) ? -1 : 1))
  const rows = sorted
    .map((record) => eventRow(tx, record))
    .map((row) => COLUMNS.map((name) => row[name as keyof Event]))
  const claimed = new Set((await insertUnknown(tx, rows)).map((row) => row.id))
  return records.filter((record) => claimed.has(record.eventId))
}

async function insertUnknown(tx: Tx, rows: readonly (readonly unknown[])[]): Promise<readonly { id: number }[]> {
  if (tx.engine === 'postgres') {
    const arrays = COLUMNS.map((_, column) => rows.map((row) => row[column]))
    return runText(tx, CLAIM_POSTGRES, arrays)
  }
  return runEach(tx, CLAIM_SQLITE, rows)
}

function eventRow(tx: Tx, { fact, eventId }: RecordedFact): Event {
  const note = expectedResult(fact, eventId)?.note ?? null
  return {
    project_id: fact.projectId,
    id: eventId,
    provider: fact.provider,
    event_id: fact.eventId,
    type: fact.type,
    order_id: 'id' in fact.order ? fact.order.id : null,
    order_external_id: 'externalId' in fact.order ? fact.order.externalId : null,
    provider_reference: fact.providerReference,
    state: note === null ? ('received' satisfies RecordState) : STATE_OF_NOTE[note],
    note,
    body: JSON.stringify(fact),
    received_at: tx.now,
    parked_until: null,
  }
}

/** Writes what became of facts, where it does not stand there already. A fact that must wait once more waits no longer than it was first told. */
export async function writeOutcomes(
  tx: Tx,
  facts: readonly RecordedFact[],
  results: ReadonlyMap<number, FactResult>,
): Promise<void> {
  const unexpected = facts.filter((record) => !isAsExpected(record, results))
  const rows = unexpected.map(({ eventId, fact, parkedUntil }) => {
    const { note, order } = results.get(eventId) as FactResult
    return {
      project_id: fact.projectId,
      id: eventId,
      state: STATE_OF_NOTE[note],
      note,
      order_id: order?.id ?? ('id' in fact.order ? fact.order.id : null),
      parked_until: note === 'parked' ? (parkedUntil ?? tx.now + PARKED_MS_MAX) : null,
    }
  })
  await updateRows(tx, 'payment_events', ['project_id', 'id'], ['state', 'note', 'order_id', 'parked_until'], rows)
}

/** A fact that has waited stands as parked, whatever was expected of it once. */
function isAsExpected({ eventId, fact, parkedUntil }: RecordedFact, results: ReadonlyMap<number, FactResult>): boolean {
  const expected = parkedUntil === null ? expectedResult(fact, eventId) : null
  return expected !== null && expected.note === results.get(eventId)?.note
}

/** Answers for facts that were told before, by factKey: nothing happens again, and the order is as it is now. */
export async function answersToRepeats(
  tx: Tx,
  facts: readonly PaymentFact[],
): Promise<ReadonlyMap<string, FactResult>> {
  const query = {
    head: `select e.project_id, e.provider, e.event_id, e.id, o.id as order_id, o.status from payment_events e
      left join orders o on o.project_id = e.project_id and o.id = e.order_id where`,
    columns: ['e.project_id', 'e.provider', 'e.event_id'],
  }
  type Repeat = Pick<Event, 'project_id' | 'provider' | 'event_id' | 'id' | 'order_id'> & { status: string | null }
  const rows = await selectByText<Repeat>(
    tx,
    query,
    facts.map((fact) => [fact.projectId, fact.provider, fact.eventId]),
  )
  return new Map(
    rows.map((row) => {
      const order = row.order_id === null || row.status === null ? null : { id: row.order_id, status: row.status }
      const key = factKey({ projectId: row.project_id, provider: row.provider, eventId: row.event_id })
      return [key, { eventId: row.id, isApplied: false, order, note: 'duplicate' } as const]
    }),
  )
}

/** The columns that `recordedFact` reads. */
export const RECORDED_COLUMNS = ['id', 'body', 'order_id', 'parked_until'] as const

/** Reads a record back; its body is the fact as it was told. */
export function recordedFact(row: Pick<Event, (typeof RECORDED_COLUMNS)[number]>): RecordedFact {
  const fact = JSON.parse(row.body) as PaymentFact
  return { eventId: row.id, fact, orderId: row.order_id, parkedUntil: row.parked_until }
}
