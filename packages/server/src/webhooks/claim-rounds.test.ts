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
function givenRounds({ store }: Stage) {
  const answers: ((pace: Pace) => void)[] = []
  const records: (() => void)[] = []
  const slots = createEndpointSlots({ inFlightMax: IN_FLIGHT_MAX, endpointInFlightMax: IN_FLIGHT_MAX })
  const rounds = createClaimRounds({
    store,
    slots,
    owner: 'tester',
    leaseMs: 60_000,
    inFlightMax: IN_FLIGHT_MAX,
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
