// Which due deliveries a claim finds: of each endpoint no more than it has room for, and without walking past those that have none.
import { type Kysely, sql } from 'kysely'
import { type Row, runText, type Tables, type Tx, together } from '../platform/store/index.ts'
import type { ClaimRoom, FreeSlots } from './claim-room.ts'

type Column =
  | 'project_id'
  | 'id'
  | 'notification_id'
  | 'order_id'
  | 'type'
  | 'offsets'
  | 'position'
  | 'first_attempt_at'
  | 'due_at'
  | 'lease_token'
  | 'attempt_count'

/** What a claim must know of a delivery that is due, and what is to be sent; `body` null: its notification is missing. */
export type DueDelivery = Pick<Row<'deliveries'>, Column> & { readonly body: string | null }

const COLUMNS = `project_id, id, notification_id, order_id, type, offsets, position, first_attempt_at, due_at, lease_token,
  attempt_count`

const DUE_COLUMNS = COLUMNS.split(/,\s+/).map((column) => `due.${column}`)

/** Most deliveries that one claim finds of each kind. */
const FOUND_MAX = 256
/** Retries that are looked at, oldest first, for endpoints that have room. */
const RETRY_WINDOW = 1_000

/** Deliveries that were never tried, and those that were: a storm of the one must not be in the way of the other. */
const KINDS = { first: 'first_attempt_at is null', again: 'first_attempt_at is not null' } as const

type Kind = keyof typeof KINDS

/** An endpoint with something due; `due_at` of its oldest. */
interface Head {
  readonly project_id: number
  readonly due_at: number
}

/** How many of one project are wanted. */
export interface Want {
  readonly projectId: number
  readonly count: number
}

/** What a claim wants of each kind. Each alone fits into the room; where both are wanted, they compete for it. */
export type WantedDue = Readonly<Record<Kind, readonly Want[]>>

/**
 * How many of which endpoints are due and have `room`.
 *
 * Endpoints whose oldest waits longest come first. However many wait for an endpoint that is full, they cost nothing.
 */
export async function wantedDue(tx: Tx, room: ClaimRoom): Promise<WantedDue> {
  const roomOf = roomsBy(room)
  const [heads, again] = await together([
    headsOf(tx, 'first'),
    wantedRetries(tx, room.free.retries, (id) => roomOf(id).retries),
  ])
  return { first: wantsOf(heads, tx.now, room.free.all, (id) => roomOf(id).all), again }
}

/** The oldest of what is wanted, oldest first. Rows that another process is claiming are passed over, so nobody ever waits here. */
export async function selectDue(tx: Tx, { first, again }: WantedDue): Promise<readonly DueDelivery[]> {
  return oldestFirst((await together([selectWanted(tx, 'first', first), selectWanted(tx, 'again', again)])).flat())
}

/** What a claim writes into a first attempt, the same for all of them. */
export interface FirstClaim {
  readonly owner: string
  readonly leaseUntil: number
}

/**
 * Claims the oldest first attempts that are `wanted`, in one statement, and gives them as they were before. PostgreSQL only.
 *
 * For claims that want nothing else: what it finds it has taken.
 */
export async function takeFirsts(
  tx: Tx,
  wanted: readonly Want[],
  { owner, leaseUntil }: FirstClaim,
): Promise<readonly DueDelivery[]> {
  if (wanted.length === 0) return []
  const values = [wanted.map(({ projectId }) => projectId), wanted.map(({ count }) => count), tx.now, owner, leaseUntil]
  return oldestFirst(await runText<DueDelivery>(tx, TAKE_FIRSTS, values))
}

function oldestFirst(rows: readonly DueDelivery[]): readonly DueDelivery[] {
  return rows.toSorted((a, b) => (a.due_at ?? 0) - (b.due_at ?? 0))
}

function roomsBy({ perProject, perOtherProject }: ClaimRoom): (projectId: number) => FreeSlots {
  const rooms = new Map<number, FreeSlots>(perProject.map((room) => [room.projectId, room]))
  return (projectId) => rooms.get(projectId) ?? perOtherProject
}

/** The oldest retries tell whose turn it is. Only where none of their endpoints has room, all others are asked one by one. */
async function wantedRetries(tx: Tx, free: number, roomOf: (projectId: number) => number): Promise<readonly Want[]> {
  if (free < 1) return []
  const oldest = await oldestRetries(tx)
  const wants = wantsOf(oldest.heads, tx.now, free, roomOf)
  if (wants.length > 0 || oldest.isAll) return wants
  return wantsOf(await headsOf(tx, 'again'), tx.now, free, roomOf)
}

function wantsOf(
  heads: readonly Head[],
  now: number,
  free: number,
  roomOf: (projectId: number) => number,
): readonly Want[] {
  const wants: Want[] = []
  let left = Math.min(free, FOUND_MAX)
  for (const head of heads.toSorted((a, b) => a.due_at - b.due_at)) {
    const count = Math.min(left, roomOf(head.project_id))
    if (head.due_at > now || count < 1) continue
    wants.push({ projectId: head.project_id, count })
    left -= count
  }
  return wants
}

/** Every project with a delivery of `kind` in its time or before it, found by jumping from one to the next in the index. */
function headsOf(tx: Tx, kind: Kind): Promise<readonly Head[]> {
  return runText<Head>(tx, headsText(kind), [])
}

function headsText(kind: Kind): string {
  const rows = `from deliveries where state = 'due' and ${KINDS[kind]}`
  return `with recursive head (project_id) as (
      select min(project_id) ${rows}
      union all
      select (select min(project_id) ${rows} and project_id > head.project_id) from head where head.project_id is not null
    )
    select project_id, (select min(due_at) ${rows} and project_id = head.project_id) as due_at
    from head where project_id is not null`
}

const EARLIEST = `select min(due_at) as due_at from (
  select due_at from (${headsText('first')}) as heads
  union all
  select min(due_at) from deliveries where state = 'due' and ${KINDS.again}) as earliest`

/** Earliest time at which a delivery is due, wall milliseconds; null: none waits for its time. */
export async function earliestDue(read: Kysely<Tables>): Promise<number | null> {
  const { rows } = await sql.raw<{ readonly due_at: number | null }>(EARLIEST).execute(read)
  return rows[0]?.due_at ?? null
}

/** Projects of the oldest retries; `isAll`: no other project has one that is due. */
async function oldestRetries(tx: Tx): Promise<{ readonly heads: readonly Head[]; readonly isAll: boolean }> {
  const now = tx.engine === 'postgres' ? '$1' : '?'
  const rows = await runText<Head>(
    tx,
    `select project_id, due_at from deliveries where state = 'due' and ${KINDS.again} and due_at <= ${now}
     order by due_at, project_id limit ${RETRY_WINDOW}`,
    [tx.now],
  )
  const heads = new Map<number, Head>()
  for (const row of rows) if (!heads.has(row.project_id)) heads.set(row.project_id, row)
  return { heads: [...heads.values()], isAll: rows.length < RETRY_WINDOW }
}

/** The wanted rows of a kind on PostgreSQL, locked, with the `place` at which each is stored: projects $1, how many $2, now $3. */
function lockedText(kind: Kind): string {
  return `select due.* from unnest($1::bigint[], $2::bigint[]) as want (project_id, amount)
    cross join lateral (
      select ${COLUMNS}, ctid as place from deliveries
      where state = 'due' and ${KINDS[kind]} and project_id = want.project_id and due_at <= $3
      order by due_at limit want.amount for update skip locked
    ) as due`
}

// Not joined: how many rows a claim finds is unknown to planners, and where many wait they would read all notifications for a join.
const WITH_BODY = `${DUE_COLUMNS}, (select body from notifications
  where notifications.project_id = due.project_id and notifications.id = due.notification_id) as body`

// By their place, and not by their keys: they are locked, so they stay there. One that was changed by somebody else just before it was
// locked is found at its new place, which this statement does not see yet; the next claim takes it. Places are named twice, because only
// a list of them keeps planners from reading the table.
const TAKE_FIRSTS = `with locked as materialized (${lockedText('first')}),
  due as (
    update deliveries set state = 'claimed', first_attempt_at = $3, due_at = $3, lease_owner = $4, lease_until = $5,
      lease_token = deliveries.lease_token + 1, attempt_count = deliveries.attempt_count + 1
    from locked
    where deliveries.ctid = any(array(select place from locked)) and deliveries.ctid = locked.place
    returning locked.*
  )
  select ${WITH_BODY} from due`

async function selectWanted(tx: Tx, kind: Kind, wants: readonly Want[]): Promise<readonly DueDelivery[]> {
  if (wants.length === 0) return []
  if (tx.engine === 'postgres') {
    return runText<DueDelivery>(tx, `select ${WITH_BODY} from (${lockedText(kind)}) as due`, [
      wants.map(({ projectId }) => projectId),
      wants.map(({ count }) => count),
      tx.now,
    ])
  }
  const due = `select ${COLUMNS} from deliveries where state = 'due' and ${KINDS[kind]}`
  const text = `select ${WITH_BODY} from (${due} and project_id = ? and due_at <= ? order by due_at limit ?) as due`
  const found: DueDelivery[] = []
  for (const { projectId, count } of wants)
    found.push(...(await runText<DueDelivery>(tx, text, [projectId, tx.now, count])))
  return found
}
