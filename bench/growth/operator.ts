// A process with a store open in it that does one operation many times.

import { keepMilestones } from '../../packages/server/src/orders/keep-milestones.ts'
import { MILESTONE_ORDERS } from '../../packages/server/src/orders/milestones.ts'
import { readInput } from '../frame/child-input.ts'
import { openPlace, type Place } from '../stage/databases.ts'
import { drive } from '../stage/drive.ts'
import { projectIds, type SeededOrder } from '../stage/seed.ts'
import { makeOwnMover } from '../transitions/own-mover.ts'
import { copyOf, type KnownOrder, realOrders } from './known-orders.ts'
import { makeReads, type ReadName, type WriteName } from './operations.ts'
import { createOne, deliverDue } from './real-orders.ts'

/** What the process is started with: a store with the real orders before `untilId`, and `copies` of them. */
export interface OperatorInput {
  readonly place: Place
  readonly projects: number
  readonly untilId: number
  readonly copies: number
  readonly orderStride: number
}

/** Asked of it; answered with Done. `count` is for writes, the time for reads: some of them may be very slow. */
export interface OperatorMessage {
  readonly name: WriteName | ReadName
  readonly count: number
  readonly msMax: number
}

/** `count`: how often it was done. */
export interface Done {
  readonly count: number
  readonly tookMs: number
}

const CALLERS = 64
const PLAYERS = 5_000
/** More than anybody does in the time. */
const READS_MAX = 50_000
/** A prime, so that reads jump about in the orders and come to all of them. */
const JUMP = 7_919

const input = readInput<OperatorInput>()
const store = await openPlace(input.place)
const reads = makeReads(store)
const mover = makeOwnMover(store, 'payment')
const orders = await realOrders(store, input.untilId, false)
const ordersWithWebhooks = orders.filter(({ projectId }) => projectId !== projectIds(input.projects).at(-1))
const ordersWithEvents = await realOrders(store, input.untilId, true)
const made: SeededOrder[] = []
for (const id of projectIds(input.projects)) await setMilestones(id)

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

async function doMany({ name, count, msMax }: OperatorMessage): Promise<Done> {
  if (name === 'create order') return all(numbers(count), createNumber)
  if (name === 'pay order') return all(made.splice(0), mover.move)
  if (name === 'claim and record a webhook') {
    const startedAt = performance.now()
    return { count: await deliverDue(store), tookMs: performance.now() - startedAt }
  }
  return all(numbers(READS_MAX), (number) => reads[name](orderFor(name, number)), msMax)
}

async function all<One>(
  list: readonly One[],
  call: (one: One) => Promise<void>,
  msMax = Number.POSITIVE_INFINITY,
): Promise<Done> {
  const { callMs, tookMs } = await drive(call, { orders: list, callers: CALLERS, msMax })
  return { count: callMs.length, tookMs }
}

/** A shop that grew order by order has them; in one of copies the first searches would count millions of orders and set them meanwhile. */
async function setMilestones(projectId: number): Promise<void> {
  for (let isMore = true; isMore; )
    isMore = (await store.run(keepMilestones, { projectId, every: MILESTONE_ORDERS })).isMore
}

async function createNumber(number: number): Promise<void> {
  const ids = projectIds(input.projects)
  made.push(await createOne(store, ids[number % ids.length] as number, (number * JUMP) % PLAYERS))
}

/** Of the newest copy, for that is what players and people ask for; of any where the age is what matters. */
function orderFor(name: ReadName, number: number): KnownOrder {
  const list = listFor(name)
  const copy = name === 'get order of any age' ? (number * JUMP) % (input.copies + 1) : input.copies
  return copyOf(list[(number * JUMP) % list.length] as KnownOrder, copy, input.orderStride)
}

function listFor(name: ReadName): readonly KnownOrder[] {
  if (name === 'events of a player') return ordersWithEvents
  return name.startsWith('deliveries') ? ordersWithWebhooks : orders
}

process.on('message', async (message: OperatorMessage) => process.send?.(await doMany(message)))
process.on('disconnect', async () => {
  await store.stop()
  process.exit()
})
process.send?.('ready')
