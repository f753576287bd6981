// Sending in both lives: who is claimed is compared, and answers, crashes and manual attempts are told to both.
import { beginManualAttempt } from '../../packages/server/src/webhooks/begin-manual-attempt.ts'
import type { ClaimedDelivery } from '../../packages/server/src/webhooks/claim-due-deliveries.ts'
import { type PlannedAnswer, pick, plannedAnswer, reportedAnswer } from '../schedules/answer-history.ts'
import {
  type BegunAttempt,
  claimAllDue,
  reportAnswer,
  reportManualAnswer,
  reportNothingSent,
} from '../simulation/simulated-sender.ts'
import type { HeardPost } from './heard-posts.ts'
import { type LifePlace, type LivedOrder, same } from './lived-order.ts'
import { claim, dueRows, mayResend, report, reportManual, reportUnsent } from './ruled-attempts.ts'
import { isOff, type RuledRow } from './ruled-order.ts'

/** What becomes of a sender. */
type Fate = 'tells' | 'dies' | 'tells_late' | 'finds_it_off'

/** A claimed delivery on its way. */
export interface InFlight {
  readonly order: LivedOrder
  readonly claimed: ClaimedDelivery
  readonly row: RuledRow
  readonly token: number
  readonly answer: PlannedAnswer
  readonly fate: Fate
  /** Whether the order was canceled when it was claimed: from then on the listener may hear of it at any moment. */
  readonly isCanceled: boolean
}

/** A manual attempt on its way. */
export interface ByHand {
  readonly order: LivedOrder
  readonly begun: BegunAttempt
  readonly row: RuledRow
  readonly answer: PlannedAnswer
}

const EVENTFUL_FATES = [
  'tells',
  'tells',
  'tells',
  'tells',
  'tells',
  'tells',
  'tells_late',
  'dies',
  'finds_it_off',
] as const
const VERDICTS = ['accepted', 'accepted', 'accepted', 'rejected', 'other', 'other'] as const
const RESEND_SHARE = 0.08
const DURATION_MS = 100

/** What sending needs beside its place. */
export interface Senders {
  readonly orders: readonly LivedOrder[]
  readonly byId: ReadonlyMap<number, LivedOrder>
  readonly owner: string
  readonly isEventful: boolean
}

/** Claims what is due in the store, holds it against what is due by the rules, and posts it to the listener. */
export async function sendAllDue(
  place: LifePlace,
  { orders, byId, owner, isEventful }: Senders,
): Promise<readonly InFlight[]> {
  const sent: InFlight[] = []
  const claimedOnes = await claimAllDue(place.store, owner)
  // Those of one order in the order of their line, however the claims were mixed.
  for (const claimed of [...claimedOnes].sort((a, b) => a.deliveryId - b.deliveryId)) {
    const order = byId.get(claimed.orderId)
    if (order === undefined) throw new Error(`Order ${claimed.orderId} is of another block.`)
    const row = claimedRow(place, order, claimed)
    if (row === undefined) {
      order.differences.push(`${claimed.type} was claimed and is not due`)
      continue
    }
    row.deliveryId = claimed.deliveryId
    const token = claim(row, place.settings, place.now)
    same(order, `claim of ${claimed.type}`, [claimed.number, claimed.position], [row.tries, row.position])
    const fate = isEventful ? pick(order.random, EVENTFUL_FATES) : 'tells'
    const answer = plannedAnswer(order.random, pick(order.random, VERDICTS))
    const isCanceled = order.ruled.status === 'canceled'
    const flight: InFlight = { order, claimed, row, token, answer, fate, isCanceled }
    if (fate !== 'finds_it_off') hearSent(flight)
    sent.push(flight)
  }
  for (const order of orders) {
    const left = dueRows(order.ruled, place.now).map(({ type }) => type)
    if (left.length > 0) order.differences.push(`${left.join(', ')} is due and was not claimed`)
  }
  return sent
}

function claimedRow({ now }: LifePlace, { ruled }: LivedOrder, claimed: ClaimedDelivery): RuledRow | undefined {
  const due = dueRows(ruled, now)
  return (
    due.find(({ deliveryId }) => deliveryId === claimed.deliveryId) ??
    due.find(({ deliveryId, type }) => deliveryId === null && type === claimed.type)
  )
}

/** Tells of what was sent, in both lives; gives what will be told only when its lease is over. */
export async function tellAnswers(
  place: LifePlace,
  sent: readonly InFlight[],
  byHand: readonly ByHand[],
): Promise<InFlight[]> {
  const isOffNow = isOff(place.settings)
  const unsent = sent.filter(({ fate }) => fate === 'finds_it_off' && isOffNow)
  const told = sent.filter(({ fate }) => fate === 'tells' || (fate === 'finds_it_off' && !isOffNow))
  for (const each of told) if (each.fate === 'finds_it_off') hearSent(each)
  await Promise.all(told.map((each) => tell(place, each)))
  await Promise.all(unsent.map((each) => tellUnsent(place, each)))
  await Promise.all(byHand.map((each) => tellByHand(place, each)))
  return sent.filter(({ fate }) => fate === 'tells_late')
}

/** Senders that hung and tell after their lease was taken back, or before, where time hardly passed. */
export async function tellLate(place: LifePlace, late: readonly InFlight[]): Promise<void> {
  await Promise.all(late.map((each) => tell(place, each)))
}

async function tell(place: LifePlace, { order, claimed, row, token, answer }: InFlight): Promise<void> {
  await reportAnswer(place.store, claimed, reportedAnswer(answer), DURATION_MS)
  order.acts.push(`${row.type} ${answer.status}`)
  report(order.ruled, { row, token, status: answer.status }, place.settings, place.now)
}

async function tellUnsent(place: LifePlace, { order, claimed, row, token }: InFlight): Promise<void> {
  await reportNothingSent(place.store, claimed)
  order.acts.push(`${row.type} unsent`)
  reportUnsent(order.ruled, { row, token, isFirst: claimed.isFirst }, place.settings, place.now)
}

/** A person sends some deliveries again; whether that is refused is compared too. */
export async function resendSome(place: LifePlace, orders: readonly LivedOrder[]): Promise<readonly ByHand[]> {
  const asking = orders.filter(({ random, ruled }) => random() < RESEND_SHARE && ruled.rows.length > 0)
  const begun = await Promise.all(asking.map((order) => resendOne(place, order)))
  return begun.filter((one) => one !== null)
}

async function resendOne(place: LifePlace, order: LivedOrder): Promise<ByHand | null> {
  await learnIds(place, order)
  const row = pick(order.random, order.ruled.rows)
  const answer = plannedAnswer(order.random, pick(order.random, ['accepted', 'accepted', 'rejected', 'other'] as const))
  if (row.deliveryId === null) return null
  const { projectId, store, settings } = place
  const begun = await store.run(beginManualAttempt, { projectId, deliveryId: row.deliveryId })
  const isAllowed = mayResend(order.ruled, row, settings)
  same(order, `resend of ${row.type} ${row.state}`, begun.kind, isAllowed ? 'begun' : 'refused')
  order.acts.push(`resend ${row.type} ${begun.kind}`)
  if (begun.kind !== 'begun' || !isAllowed) return null
  row.tries += 1
  hear(order, begun.attempt, { by: 'manual', isCanceled: order.ruled.status === 'canceled', status: answer.status })
  return { order, begun: begun.attempt, row, answer }
}

/** Ids of deliveries in the order of their line. */
async function learnIds({ store, projectId }: LifePlace, order: LivedOrder): Promise<void> {
  const rows = await store.read
    .selectFrom('deliveries')
    .select(['id', 'type'])
    .where('project_id', '=', projectId)
    .where('order_id', '=', order.id)
    .orderBy('line')
    .execute()
  same(
    order,
    'line',
    rows.map(({ type }) => type),
    order.ruled.rows.map(({ type }) => type),
  )
  for (const [index, row] of order.ruled.rows.entries()) row.deliveryId = rows[index]?.id ?? row.deliveryId
}

async function tellByHand(place: LifePlace, { order, begun, row, answer }: ByHand): Promise<void> {
  await reportManualAnswer(place.store, begun, reportedAnswer(answer), DURATION_MS)
  order.acts.push(`${row.type} by hand ${answer.status}`)
  reportManual(order.ruled, { row, status: answer.status }, place.settings, place.now)
}

function hearSent({ order, claimed, answer, isCanceled }: InFlight): void {
  hear(order, claimed, { by: 'automatic', isCanceled, status: answer.status })
}

function hear(
  { heard, ruled }: LivedOrder,
  { type, deliveryId, body }: Pick<ClaimedDelivery, 'type' | 'deliveryId' | 'body'>,
  how: Pick<HeardPost, 'by' | 'isCanceled' | 'status'>,
): void {
  heard.push({ type, deliveryId, body, ...how, eventTypes: ruled.events.map((event) => event.type) })
}
