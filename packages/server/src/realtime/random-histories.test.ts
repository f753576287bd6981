// Random lives of clients: they drop and come back, nodes stop and die, hints are lost, late and repeated; they still know everything once.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import fc from 'fast-check'
import { noMetrics } from '../platform/metrics.ts'
import { eachStore, type TestEngine } from '../platform/store/testing/index.ts'
import type { Broker } from './broker.ts'
import { createMemoryBroker, type MemoryExchange } from './brokers/memory.ts'
import { natsPlace, postgresPlace, TEST_NATS_URL } from './brokers/testing/broker-makes.ts'
import { givenShop } from './testing/given-shop.ts'
import { NodeWorld } from './testing/node-world.ts'
import { LIFE_ACTS, LIFE_FATES, type LifeAct, RandomLife } from './testing/random-life.ts'

const NODES = 3
/** On SQLite in memory most of them, because there they cost least. */
const HISTORIES: Readonly<Record<TestEngine, number>> = { 'sqlite memory': 60, 'sqlite file': 10, postgres: 10 }
const HISTORIES_BY_WIRE = 8

const acts: fc.Arbitrary<readonly LifeAct[]> = fc.array(
  fc.oneof(
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('publish' as const),
        fate: fc.constantFrom(...LIFE_FATES),
        count: fc.integer({ min: 1, max: 3 }),
        isAwaited: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constantFrom(...LIFE_ACTS), at: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
    },
  ),
  { minLength: 5, maxLength: 30 },
)

async function livesThrough(
  t: TestContext,
  engine: TestEngine,
  makeBroker: () => Broker,
  numRuns: number,
): Promise<void> {
  const world = new NodeWorld({ shop: await givenShop(t, engine), nodeCount: NODES, makeBroker, random: Math.random })
  await world.start()
  t.after(() => world.stop())
  let number = 0
  const property = fc.asyncProperty(acts, async (chosen) => {
    number += 1
    const life = await RandomLife.of(world, `player-${number}`, 2)
    try {
      await life.live(chosen)
      life.check()
    } finally {
      // Also of one that failed: the next, a smaller one in search of the fault, has the nodes for itself.
      life.leave()
    }
  })
  await fc.assert(property, { numRuns })
  assert.ok(number >= numRuns)
}

eachStore((engine) => {
  test(`${engine}: ${HISTORIES[engine]} random histories on ${NODES} nodes: no hole, nothing twice, and the last status arrives`, async (t) => {
    const exchange: MemoryExchange = new Set()
    await livesThrough(t, engine, () => createMemoryBroker(exchange), HISTORIES[engine])
  })

  if (engine !== 'postgres') return
  test(`LISTEN and NOTIFY: ${HISTORIES_BY_WIRE} random histories`, async (t) => {
    const place = await postgresPlace(t)
    await livesThrough(t, 'sqlite memory', () => place.makeBroker({ metrics: noMetrics }), HISTORIES_BY_WIRE)
  })
})

test(`NATS: ${HISTORIES_BY_WIRE} random histories`, {
  skip: TEST_NATS_URL === undefined ? 'TEST_NATS_URL is not set' : false,
}, async (t) => {
  const place = await natsPlace(t)
  await livesThrough(t, 'sqlite memory', () => place.makeBroker({ metrics: noMetrics }), HISTORIES_BY_WIRE)
})
