// How much a process claims: an endpoint's room is free when it has answered, but records that wait are counted.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openTestStore } from '../platform/store/testing/index.ts'
import { createClaimRounds } from './claim-rounds.ts'
import { createEndpointSlots, type Pace } from './endpoint-slots.ts'
import { openStage, type Stage } from './testing/stage.ts'

const IN_FLIGHT_MAX = 2
/** As many may be under way, sent or waiting for their records. */
const UNDER_WAY_MAX = 16

async function givenDue(t: TestContext, count: number): Promise<Stage> {
  const stage = await openStage(t, (options) => openTestStore('sqlite memory', options), { isDispatching: false })
  for (let made = 0; made < count; made += 1) await stage.announce(await stage.giveOrder(), 'paid')
  return stage
}

/** Rounds over exchanges that go on until `answer`, and records that wait until `record`. */
function givenRounds({ store }: Pick<Stage, 'store'>, { inFlightMax = IN_FLIGHT_MAX, paceMs = 60_000 } = {}) {
  const answers: ((pace: Pace) => void)[] = []
  const records: (() => void)[] = []
  const slots = createEndpointSlots({ inFlightMax, endpointInFlightMax: IN_FLIGHT_MAX })
  const rounds = createClaimRounds({
    store,
    slots,
    owner: 'tester',
    leaseMs: 60_000,
    inFlightMax,
    paceMs,
    deliver: (_claimed, onSent) => {
      answers.push(onSent)
      return new Promise((resolve) => records.push(resolve))
    },
    onRoom: () => undefined,
  })
  return { rounds, answer: () => answers.shift()?.('answered'), record: () => records.shift()?.() }
}

test('an answer makes room for the next claim, before it is recorded', async (t) => {
  const { rounds, answer } = givenRounds(await givenDue(t, 4))
  assert.equal(await rounds.claimAll(), 2)
  assert.equal(await rounds.claimAll(), 0)
  answer()
  assert.equal(await rounds.claimAll(), 1)
})

test('where records wait, claims wait for them', async (t) => {
  const { rounds, answer, record } = givenRounds(await givenDue(t, UNDER_WAY_MAX + 2))
  let claimed = 0
  for (let count = await rounds.claimAll(); count > 0; count = await rounds.claimAll()) {
    claimed += count
    for (let each = 0; each < count; each += 1) answer()
  }
  assert.equal(claimed, UNDER_WAY_MAX)
  record()
  await nextTurn()
  assert.equal(await rounds.claimAll(), 1)
})

test('a backlog that is claimed for long leaves time for other work between two rounds', async (t) => {
  const { rounds, answer } = givenRounds(await givenDue(t, 6))
  let pauses = 0
  const between = async (): Promise<void> => {
    pauses += 1
    answer()
    answer()
  }
  assert.deepEqual([await rounds.claimAll(between), pauses], [6, 3])
})

test('where there is room left, the next claim is asked for before anything is sent, and closing waits for it', async (t) => {
  const { store } = await givenDue(t, 3)
  let asked = 0
  const counting: Stage['store'] = {
    ...store,
    run: (command, input) => {
      asked += 1
      return store.run(command, input)
    },
  }
  const { rounds, answer, record } = givenRounds({ store: counting }, { inFlightMax: 3, paceMs: 0 })
  const pause = Promise.withResolvers<void>()
  const claiming = rounds.claimAll(async () => pause.promise)
  await until(() => asked === 2)
  const closing = rounds.close()
  pause.resolve()
  assert.equal(await claiming, 2)
  for (const end of [answer, answer, record, record]) end()
  await closing
  assert.equal(asked, 2)
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await nextTurn()
}
