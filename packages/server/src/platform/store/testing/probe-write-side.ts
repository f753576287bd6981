// A write side for the store's own tests: commands that do, and fail to do, what handlers do.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError } from '@ordertrail/core'
import {
  type BoundCommand,
  bind,
  type Command,
  type IdKind,
  insertRows,
  oneByOne,
  type Row,
  rareCommand,
  runText,
  selectRows,
  type Tx,
  updateRows,
} from '../index.ts'
import { boundSeedRows } from './seed-rows.ts'

/** How a probe fails, if it does. */
export type Failure = 'throw' | 'app_error' | 'constraint' | 'swallow'

/** One probe: leaves a row in `users` named `id`, unless it fails. */
export interface Probe {
  readonly id: string
  readonly keys?: readonly string[]
  readonly failure?: Failure
  readonly idKind?: IdKind
  readonly idCount?: number
  readonly projectId?: number
  readonly isWaking?: boolean
}

/** What a probe saw of its transaction. `group` counts the calls of the handler in its thread. */
export interface ProbeResult {
  readonly group: number
  readonly groupSize: number
  readonly now: number
  readonly leaseNow: number
  readonly ids: readonly number[]
}

/** How many probes share a transaction. */
export const PROBE_GROUP_MAX = 64

/** The probe. */
export const probe: Command<Probe, ProbeResult> = {
  name: 'probe.write',
  groupMax: PROBE_GROUP_MAX,
  keys: (input) => input.keys ?? [],
}

/** Writes a row, lets `turns` of the event loop pass, and fails. */
export const slowFailure: Command<{ readonly id: string; readonly turns: number }, null> =
  rareCommand('probe.slow-failure')

/** Locks the orders, sets their comment and gives them back as they are then. */
export const commentOrders: Command<CommentOrders, readonly Row<'orders'>[]> = rareCommand('probe.comment-orders')

/** Which orders get which comment; null takes it away. */
export interface CommentOrders {
  readonly projectId: number
  readonly ids: readonly number[]
  readonly comment: string | null
}

/** Answers with one result too few. */
export const shortAnswer: Command<null, null> = rareCommand('probe.short-answer')

/** Ends the thread it runs in. */
export const endThread: Command<null, null> = rareCommand('probe.end-thread')

/** Answers with something that cannot cross to another thread. */
export const unpostable: Command<null, unknown> = rareCommand('probe.unpostable')

/** The handlers of all of them, as a module of a write side gives them. */
export function composeWriteSide(): readonly BoundCommand[] {
  return [
    boundSeedRows,
    bind(probe, handleProbes),
    bind(slowFailure, oneByOne(failSlowly)),
    bind(commentOrders, oneByOne(handleCommentOrders)),
    bind(shortAnswer, async () => []),
    bind(
      endThread,
      oneByOne(async () => process.exit(3)),
    ),
    bind(
      unpostable,
      oneByOne(async () => () => {}),
    ),
  ]
}

/** The row that a probe leaves. */
export function probeRow(id: string, projectId = 1): Row<'users'> {
  return {
    project_id: projectId,
    party_kind: 'user',
    party_id: id,
    email: null,
    name: null,
    country: null,
    created_at: 0,
  }
}

let groups = 0

async function handleProbes(tx: Tx, probes: readonly Probe[]): Promise<readonly ProbeResult[]> {
  groups += 1
  const seen = { group: groups, groupSize: probes.length, now: tx.now, leaseNow: tx.leaseNow }
  const results: ProbeResult[] = []
  await insertRows(
    tx,
    'users',
    probes.map((input) => probeRow(input.id, input.projectId)),
  )
  for (const input of probes) {
    const ids = await tx.takeIds(input.projectId ?? 1, input.idKind ?? 'audit', input.idCount ?? 0)
    if (input.isWaking === true) tx.wake({ kind: 'refund_requested', projectId: Number(input.id) })
    if (input.failure !== undefined) await fail(tx, input, ids)
    results.push({ ...seen, ids })
  }
  return results
}

async function fail(tx: Tx, input: Probe, ids: readonly number[]): Promise<void> {
  if (input.failure === 'throw') throw new Error(`Probe ${input.id} throws.`)
  if (input.failure === 'app_error') throw new AppError('id_taken', { details: { ids } })
  const again = insertRows(tx, 'users', [probeRow(input.id, input.projectId)])
  await (input.failure === 'swallow' ? again.catch(() => {}) : again)
}

async function failSlowly(tx: Tx, { id, turns }: { readonly id: string; readonly turns: number }): Promise<null> {
  await insertRows(tx, 'users', [probeRow(id)])
  for (let turn = 0; turn < turns; turn++) await nextTurn()
  throw new Error('Slow failure.')
}

async function handleCommentOrders(
  tx: Tx,
  { projectId, ids, comment }: CommentOrders,
): Promise<readonly Row<'orders'>[]> {
  const pairs = ids.map((id) => ({ projectId, id }))
  await selectRows(tx, 'orders', 'id', pairs, 'update')
  const changes = ids.map((id) => ({ project_id: projectId, id, comment }))
  await updateRows(tx, 'orders', ['project_id', 'id'], ['comment'], changes)
  const place = tx.engine === 'postgres' ? '$1' : '?'
  await runText(tx, `update orders set timeline_length = timeline_length + 1 where project_id = ${place}`, [projectId])
  return selectRows(tx, 'orders', 'id', pairs, 'none')
}
