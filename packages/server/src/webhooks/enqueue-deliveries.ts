// Makes the webhooks that an order's news owe: planned by the order's chain, written where the news arose.
import {
  type ChainEvent,
  type CurrencyKind,
  type DeliveryPlan,
  type DeliveryType,
  type PlannedRow,
  planDeliveries,
  SCHEDULES,
} from '@ordertrail/core'
import { insertRows, type Row, type Tx } from '../platform/store/index.ts'
import { type ProjectFacts, webhookModeOf } from '../projects/index.ts'
import {
  chainRow,
  isPaused,
  lineKey,
  lockLines,
  raiseHeldAlarm,
  wakeForDue,
  writeStateChanges,
} from './release-successors.ts'

type Delivery = Row<'deliveries'>

/** News of one order that its game is to hear by webhook; `facts` as read in this transaction. */
export interface ChainQuestion {
  readonly projectId: number
  readonly orderId: number
  readonly event: ChainEvent
  readonly currencyKind: CurrencyKind
  readonly facts: ProjectFacts
}

/** What the news owe, beside the deliveries that the order has already. */
export interface PlannedChain {
  readonly question: ChainQuestion
  readonly plan: DeliveryPlan
  /** The order's deliveries so far, locked, in line order. */
  readonly line: readonly Delivery[]
}

/** A planned chain and its notifications, one for each row of the plan in its order. */
export interface OwedChain {
  readonly chain: PlannedChain
  readonly notifications: readonly Row<'notifications'>[]
}

/** Plans the webhooks of `questions`, each about another order, and locks the deliveries that those orders have. */
export async function planChains(tx: Tx, questions: readonly ChainQuestion[]): Promise<readonly PlannedChain[]> {
  const lines = await lockLines(tx, questions)
  return questions.map((question) => {
    const line = lines.get(lineKey(question.projectId, question.orderId)) ?? []
    const plan = planDeliveries({
      event: question.event,
      mode: webhookModeOf(question.facts),
      currencyKind: question.currencyKind,
      existing: line.map(chainRow),
      isPaused: isPaused(question.facts),
    })
    return { question, plan, line }
  })
}

/** Writes the deliveries of `chains` and what became of earlier ones; wakes the dispatcher for what is due. */
export async function enqueueDeliveries(tx: Tx, chains: readonly OwedChain[]): Promise<void> {
  await writeStateChanges(
    tx,
    chains.map(({ chain }) => ({ line: chain.line, changes: chain.plan.changes })),
  )
  const count = chains.reduce((sum, { chain }) => sum + chain.plan.rows.length, 0)
  const ids = (await takeDeliveryIds(tx, chains, count)).values()
  const rows = chains.flatMap((owed) => newRows(tx, owed, ids))
  await insertRows(tx, 'deliveries', rows)
  wakeForDue(tx, rows)
  for (const row of rows) if (row.state === 'held') raiseHeldAlarm(tx, row)
}

/** Ids of deliveries are unique over the installation, so any project of the group may ask for all of them. */
async function takeDeliveryIds(tx: Tx, chains: readonly OwedChain[], count: number): Promise<readonly number[]> {
  const [first] = chains
  return first === undefined || count === 0 ? [] : tx.takeIds(first.chain.question.projectId, 'delivery', count)
}

function newRows(tx: Tx, { chain, notifications }: OwedChain, ids: Iterator<number>): readonly Delivery[] {
  const ownIds = chain.plan.rows.map(() => taken(ids))
  const lastLine = chain.line.at(-1)?.line ?? 0
  return chain.plan.rows.map((planned, index) => ({
    project_id: chain.question.projectId,
    id: at(ownIds, index),
    notification_id: at(notifications, index).id,
    order_id: chain.question.orderId,
    type: planned.type,
    mode: planned.mode,
    line: lastLine + index + 1,
    predecessor_id: predecessorId(planned, ownIds),
    state: planned.state,
    offsets: JSON.stringify(scheduleOf(chain.question.facts, planned.type)),
    position: 0,
    first_attempt_at: null,
    due_at: planned.state === 'due' ? tx.now : null,
    lease_owner: null,
    lease_token: 0,
    lease_until: null,
    attempt_count: 0,
    crash_resends: 0,
    last_status: null,
    ended_by: null,
    created_at: tx.now,
    ended_at: null,
    retired: 0,
    kept_since: null,
  }))
}

/** Minutes from the first attempt: the project's own, else the documented ones. */
function scheduleOf(facts: ProjectFacts, type: DeliveryType): readonly number[] {
  return facts.settings.schedules[type] ?? SCHEDULES[type]
}

function predecessorId({ predecessor }: PlannedRow, ownIds: readonly number[]): number | null {
  if (predecessor === null) return null
  return predecessor.kind === 'existing' ? predecessor.id : at(ownIds, predecessor.index)
}

function taken(ids: Iterator<number>): number {
  const next = ids.next()
  if (next.done === true) throw new Error('The store gave fewer delivery ids than were asked for.')
  return next.value
}

function at<Element>(list: readonly Element[], index: number): Element {
  const element = list[index]
  if (element === undefined) throw new Error(`A planned delivery has nothing at ${index}.`)
  return element
}
