// Lives through many histories on one store with the real commands: claims, reports, crashes, outages, manual attempts.
import type { DeliveryType } from '@ordertrail/core'
import type { Row, Store } from '../../packages/server/src/platform/store/index.ts'
import { seedRows } from '../../packages/server/src/platform/store/testing/index.ts'
import { beginManualAttempt } from '../../packages/server/src/webhooks/begin-manual-attempt.ts'
import type { ClaimedDelivery } from '../../packages/server/src/webhooks/claim-due-deliveries.ts'
import { givenOrder } from '../../packages/server/src/webhooks/testing/stage.ts'
import { type Agenda, makeAgenda } from '../simulation/agenda.ts'
import { oweWebhook } from '../simulation/owe-delivery.ts'
import {
  claimAllDue,
  LEASE_MS,
  reportAnswer,
  reportManualAnswer,
  returnAllLeases,
} from '../simulation/simulated-sender.ts'
import type { SimulatedTime } from '../simulation/simulated-time.ts'
import { type AnswerHistory, type PlannedAnswer, reportedAnswer } from './answer-history.ts'
import { firstUp } from './outages.ts'
import { LATE_REPORT_MS, owedAt, PHASES, type World } from './ruled-delivery.ts'

/** What lives: `time` stands where the world begins; the project of history h is `projectIds[h.project]`. */
export interface LivedWorld {
  readonly store: Store
  readonly time: SimulatedTime
  readonly world: World
  readonly projectIds: readonly number[]
  readonly histories: readonly AnswerHistory[]
  /** Id of the order of the first history; the others follow. */
  readonly firstOrderId: number
}

/** An automatic attempt that began. */
export interface SeenStart {
  readonly at: number
  readonly position: number
  readonly isLate: boolean
}

/** One delivery while it lives. */
interface Lived {
  readonly history: AnswerHistory
  readonly deliveryId: number
  readonly projectId: number
  readonly orderId: number
  readonly starts: SeenStart[]
}

interface Run extends LivedWorld {
  readonly agenda: Agenda<() => Promise<unknown>>
  readonly byId: Map<number, Lived>
  /** Changes with every kill: what was begun under another one is never reported. */
  life: number
  restarts: number
  /** Moments at which leases are taken back. */
  readonly sweeps: Set<number>
}

/** Lives to the end, when nothing is due or planned any more; gives the starts of each delivery by its order's id. */
export async function liveThrough(lived: LivedWorld): Promise<ReadonlyMap<number, readonly SeenStart[]>> {
  const run: Run = { ...lived, agenda: makeAgenda(), byId: new Map(), life: 0, restarts: 0, sweeps: new Set() }
  await seedOrders(lived)
  planOwing(run)
  planOutages(run)
  for (let dueAt = await nextClaim(run); ; dueAt = await nextClaim(run)) {
    const moments = [run.agenda.next(), dueAt].filter((moment) => moment !== null)
    if (moments.length === 0) break
    const at = Math.min(...moments)
    run.time.now = at
    for (const acts of run.agenda.take(at)) await Promise.all(acts.map((act) => act()))
    if (dueAt === at && isUp(run)) for (const claimed of await claimAllDue(run.store, owner(run))) attempt(run, claimed)
  }
  return new Map([...run.byId.values()].map(({ orderId, starts }) => [orderId, starts]))
}

async function seedOrders({ store, time, projectIds, histories, firstOrderId }: LivedWorld): Promise<void> {
  const rows = histories.map(
    ({ project }, index): Row<'orders'> => ({
      ...givenOrder(time.now),
      project_id: projectIds[project] as number,
      id: firstOrderId + index,
    }),
  )
  await store.run(seedRows, { table: 'orders', rows })
}

function planOwing(run: Run): void {
  for (const [index, history] of run.histories.entries()) {
    const at = owedAt(run.world, history)
    run.agenda.plan(at, PHASES.switch, () => owe(run, history, index))
    for (const { atMs, answer } of history.manual)
      run.agenda.plan(at + atMs, PHASES.manual, () => askByHand(run, index, answer))
  }
}

async function owe(run: Run, history: AnswerHistory, index: number): Promise<void> {
  const projectId = run.projectIds[history.project] as number
  const orderId = run.firstOrderId + index
  const deliveryId = await run.store.run(oweWebhook, { projectId, orderId, type: history.type as DeliveryType })
  run.byId.set(deliveryId, { history, deliveryId, projectId, orderId, starts: [] })
}

function planOutages(run: Run): void {
  for (const { from, to, isKill } of run.world.outages) {
    run.agenda.plan(from, PHASES.switch, async () => {
      if (isKill) run.life += 1
    })
    run.agenda.plan(to, PHASES.sweep, () => {
      run.restarts += 1
      return sweep(run, run.world.isAlone)
    })
  }
}

/** The moment at which a dispatcher will next find something due; null: nothing waits for its time. */
async function nextClaim({ store, world, time }: Run): Promise<number | null> {
  const due = await store.read
    .selectFrom('deliveries')
    .select((eb) => eb.fn.min('due_at').as('at'))
    .where('state', '=', 'due')
    .executeTakeFirst()
  const dueAt = due?.at ?? null
  return dueAt === null ? null : firstUp(world.outages, Math.max(dueAt, time.now))
}

function isUp({ world, time }: Run): boolean {
  return firstUp(world.outages, time.now) === time.now
}

function owner({ restarts }: Run): string {
  return `process-${restarts}`
}

function sweep(run: Run, isAlone: boolean): Promise<number> {
  return isUp(run) ? returnAllLeases(run.store, { owner: owner(run), isAlone }) : Promise.resolve(0)
}

function attempt(run: Run, claimed: ClaimedDelivery): void {
  const lived = run.byId.get(claimed.deliveryId)
  if (lived === undefined) throw new Error(`Nobody owes delivery ${claimed.deliveryId}.`)
  const { history, starts } = lived
  const { claimedAt: at, position, isLate } = claimed
  const order = starts.push({ at, position, isLate }) - 1
  const answer = history.answers[order % history.answers.length] as PlannedAnswer
  const fate = history.fates[order % history.fates.length]
  const [life, restarts] = [run.life, run.restarts]
  const report = (): Promise<unknown> => reportAnswer(run.store, claimed, reportedAnswer(answer), answer.durationMs)
  if (fate === 'reports') {
    run.agenda.plan(at + answer.durationMs, PHASES.report, async () => {
      if (run.life === life) await report()
      else planSweep(run, at + LEASE_MS)
    })
  }
  if (fate === 'reports_late') {
    run.agenda.plan(at + LATE_REPORT_MS, PHASES.report, async () => {
      // A process that was stopped in between waits for nobody who hangs.
      if (run.life === life && run.restarts === restarts && isUp(run)) await report()
    })
  }
  if (fate !== 'reports') planSweep(run, at + LEASE_MS)
}

/** A dispatcher sweeps every second; here it does so when a lease is over. */
function planSweep(run: Run, at: number): void {
  if (run.sweeps.has(at)) return
  run.sweeps.add(at)
  run.agenda.plan(at, PHASES.sweep, () => sweep(run, false))
}

async function askByHand(run: Run, index: number, answer: PlannedAnswer): Promise<void> {
  if (!isUp(run)) return
  const lived = [...run.byId.values()].find(({ orderId }) => orderId === run.firstOrderId + index)
  if (lived === undefined) return
  const { projectId, deliveryId } = lived
  const begun = await run.store.run(beginManualAttempt, { projectId, deliveryId })
  if (begun.kind !== 'begun') return
  const life = run.life
  run.agenda.plan(run.time.now + answer.durationMs, PHASES.report, async () => {
    if (run.life === life) await reportManualAnswer(run.store, begun.attempt, reportedAnswer(answer), answer.durationMs)
  })
}
