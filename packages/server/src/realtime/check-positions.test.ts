// Comparing positions costs one statement for hundreds of channels, whatever their projects, and finds what was lost.
import assert from 'node:assert/strict'
import test from 'node:test'
import { silentLogger } from '../platform/logger.ts'
import type { Store } from '../platform/store/index.ts'
import { eachStore, seedRows } from '../platform/store/testing/index.ts'
import { createTimerWheel } from '../platform/websocket/index.ts'
import { createMemoryBroker } from './brokers/memory.ts'
import { PositionChecks } from './check-positions.ts'
import { type ChannelMember, Hub } from './hub.ts'
import type { StreamTop } from './read-stream.ts'

const PROJECTS = 3
const CHANNELS = 1_200
const UNCUT = { created_at: 0, first_offset: 1, oldest_at: null, newest_id: null }

/** The same store, whose reads are counted. */
function countedReads(store: Store) {
  let count = 0
  const read = store.read.withPlugin({
    transformQuery: ({ node }) => {
      count += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  return { engine: store.engine, read, count: () => count }
}

function placeOf(index: number) {
  const projectId = 1 + (index % PROJECTS)
  return { projectId, channel: `p${projectId}_${index}` }
}

/** A client that was sent everything up to `position`. */
function member(position: number): ChannelMember & { readonly tops: (StreamTop | 'lost')[] } {
  const tops: (StreamTop | 'lost')[] = []
  return {
    position,
    tops,
    onPublication: () => undefined,
    onTop: (top) => void tops.push(top),
    onStreamLost: () => void tops.push('lost'),
  }
}

eachStore((name, open) => {
  test(`${name}: ${CHANNELS} channels of ${PROJECTS} projects are compared with three statements`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const rows = Array.from({ length: CHANNELS }, (_, index) => {
      const { projectId: project_id, channel } = placeOf(index)
      const party = { party_kind: 'user', party_id: `${index}` }
      return { project_id, channel, ...party, epoch: `e${index}`, last_offset: index, ...UNCUT }
    })
    await store.run(seedRows, { table: 'channels', rows: rows.slice(1) })
    const counted = countedReads(store)
    const checks = new PositionChecks(counted, silentLogger)
    const wheel = createTimerWheel(0)
    const hub = new Hub({
      broker: createMemoryBroker(),
      wheel,
      membersMax: 1,
      checkDelayMs: () => 1_000,
      onCheckDue: (live) => checks.add(live),
      monotonic: () => 0,
    })
    const members = rows.map((_, index) => {
      // The first one's channel is gone, the second one was sent more than the store has.
      const watching = member(index === 1 ? 2 : index)
      hub.join(placeOf(index), watching)
      return watching
    })
    wheel.turn(2_000)
    checks.begin(hub)
    checks.begin(hub)
    await checks.settle()
    assert.equal(counted.count(), 3)
    assert.deepEqual(
      members.map(({ tops }) => tops),
      rows.map((_, index) => [index < 2 ? 'lost' : { epoch: `e${index}`, offset: index }]),
    )
  })
})
