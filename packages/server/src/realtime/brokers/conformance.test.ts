// What every broker does, on every make of it.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createMetrics, type Metrics } from '../../platform/metrics.ts'
import { TEST_DATABASE_URL } from '../../platform/store/testing/index.ts'
import type { Broker, PublicationHint } from '../broker.ts'
import { HINTS_WAITING_MAX } from './link.ts'
import {
  type BrokerPlace,
  memoryPlace,
  natsPlace,
  postgresPlace,
  type ServedPlace,
  TEST_NATS_URL,
} from './testing/broker-makes.ts'

/** A broker as a gateway uses it, and what it was told. */
interface Node extends Broker {
  readonly heard: PublicationHint[]
  readonly lossCount: () => number
  /** A figure by the end of its name. */
  figure(name: string): Promise<number>
}

async function givenNode(
  t: TestContext,
  make: (deps: { readonly metrics: Metrics }) => Broker,
  channels: readonly string[] = [],
): Promise<Node> {
  const metrics = await createMetrics({ isOn: true })
  const broker = make({ metrics })
  const heard: PublicationHint[] = []
  let losses = 0
  broker.receive({
    onPublication: (hint) => void heard.push(hint),
    onLost: () => {
      losses += 1
    },
  })
  t.after(() => broker.stop())
  await broker.start()
  await Promise.all(channels.map((channel) => broker.subscribe(channel)))
  const figure = async (name: string): Promise<number> => {
    const value = new RegExp(`^ordertrail_realtime_${name} (\\d+)$`, 'm').exec(await metrics.text())?.[1]
    return Number(value ?? 0)
  }
  return { ...broker, heard, lossCount: () => losses, figure }
}

function hint(
  channel: string,
  offset: number,
  data: string | null = `{"order_id":7,"status":"päid"}`,
): PublicationHint {
  return { kind: 'publication', projectId: 44_056, channel, epoch: 'ab12', offset, data }
}

async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`Not within 10 s: ${what}.`)
    await nextTurn()
  }
}

/** Something that is published last on `channel`: when it is there, so is everything before it. */
async function settle(from: Node, to: Node, channel: string): Promise<void> {
  const last = hint(channel, 1_000_000)
  from.publish(last)
  await until('the last hint', () => to.heard.some(({ offset }) => offset === last.offset))
  for (const node of new Set([from, to])) {
    const index = node.heard.findIndex(({ offset }) => offset === last.offset)
    if (index >= 0) node.heard.splice(index, 1)
  }
}

const skipped = (name: string, variable: string) => test(name, { skip: `${variable} is not set` })

function everyMake(name: string, givenPlace: (t: TestContext) => Promise<BrokerPlace>): void {
  test(`${name}: a hint reaches every node that subscribed its channel, unchanged, and no other`, async (t) => {
    const place = await givenPlace(t)
    const one = await givenNode(t, place.makeBroker, ['p1_a', 'p1_b'])
    const two = await givenNode(t, place.makeBroker, ['p1_a', 'p1_c', 'p1_z'])
    one.publish(hint('p1_a', 1))
    one.publish(hint('p1_b', 1))
    one.publish(hint('p1_c', 5, 'null'))
    one.publish(hint('p1_nobody', 1))
    await settle(one, two, 'p1_z')
    assert.deepEqual(one.heard, [hint('p1_a', 1), hint('p1_b', 1)])
    assert.deepEqual(two.heard, [hint('p1_a', 1), hint('p1_c', 5, 'null')])
  })

  test(`${name}: nothing arrives after unsubscribe, and everything again after subscribe`, async (t) => {
    const place = await givenPlace(t)
    const one = await givenNode(t, place.makeBroker)
    const two = await givenNode(t, place.makeBroker, ['p1_a', 'p1_z'])
    two.unsubscribe('p1_a')
    two.unsubscribe('p1_never')
    one.publish(hint('p1_a', 1))
    await settle(one, two, 'p1_z')
    assert.deepEqual(two.heard, [])
    const subscribed = two.subscribe('p1_a')
    two.unsubscribe('p1_a')
    await Promise.all([subscribed, two.subscribe('p1_a'), two.subscribe('p1_a')])
    one.publish(hint('p1_a', 2))
    await settle(one, two, 'p1_z')
    assert.deepEqual(two.heard, [hint('p1_a', 2)])
  })

  test(`${name}: many hints at once arrive all, once and in their order`, async (t) => {
    const place = await givenPlace(t)
    const one = await givenNode(t, place.makeBroker)
    const two = await givenNode(t, place.makeBroker, ['p1_a', 'p1_z'])
    const hints = Array.from({ length: 5_000 }, (_, index) => hint('p1_a', index + 1))
    for (const each of hints) one.publish(each)
    await settle(one, two, 'p1_z')
    assert.deepEqual(two.heard, hints)
  })

  test(`${name}: what is too long for the way arrives at least as a position`, async (t) => {
    const place = await givenPlace(t)
    const one = await givenNode(t, place.makeBroker)
    const two = await givenNode(t, place.makeBroker, ['p1_a', 'p1_z'])
    const long = hint('p1_a', 1, JSON.stringify('ü'.repeat(5_000)))
    one.publish(long)
    await settle(one, two, 'p1_z')
    const [arrived] = two.heard
    assert.deepEqual([arrived], [{ ...long, data: arrived?.data ?? null }])
    assert.ok([null, long.data].includes(arrived?.data ?? null))
  })

  test(`${name}: before its start and after its end a broker takes hints and carries none`, async (t) => {
    const place = await givenPlace(t)
    const two = await givenNode(t, place.makeBroker, ['p1_a', 'p1_z'])
    const metrics = await createMetrics({ isOn: false })
    const broker = place.makeBroker({ metrics })
    broker.receive({ onPublication: () => assert.fail('heard'), onLost: () => undefined })
    await broker.subscribe('p1_a')
    broker.publish(hint('p1_a', 1))
    await broker.start()
    await Promise.all([broker.stop(), broker.stop()])
    broker.publish(hint('p1_a', 2))
    await broker.subscribe('p1_b')
    broker.unsubscribe('p1_b')
    await place.makeBroker({ metrics }).stop()
    await settle(two, two, 'p1_z')
    assert.deepEqual(two.heard, [])
  })
}

function everyServedMake(name: string, givenPlace: (t: TestContext) => Promise<ServedPlace>): void {
  test(`${name}: while its server is away a node serves itself; afterwards all nodes are told, and hints flow again`, async (t) => {
    const place = await givenPlace(t)
    const cut = await givenNode(t, place.makeCuttable, ['p1_a'])
    const other = await givenNode(t, place.makeBroker, ['p1_a', 'p1_z'])
    const [before, otherBefore] = [cut.lossCount(), other.lossCount()]
    await place.proxy.cut()
    await until('the loss is noticed', async () => (await cut.figure('broker_connected')) === 0)
    for (let offset = 1; offset <= 3; offset++) cut.publish(hint('p1_a', offset))
    await cut.subscribe('p1_late')
    assert.deepEqual(
      cut.heard,
      [1, 2, 3].map((offset) => hint('p1_a', offset)),
    )
    await place.proxy.mend()
    await until('both are told', () => cut.lossCount() > before && other.lossCount() > otherBefore)
    assert.deepEqual(other.heard, [])
    assert.equal(await cut.figure('hints_dropped_total'), 3)
    other.publish(hint('p1_late', 9))
    await settle(cut, other, 'p1_z')
    await until('the channel of meanwhile', () => cut.heard.length === 4)
    assert.deepEqual(cut.heard[3], hint('p1_late', 9))
  })

  test(`${name}: a node starts while its server is away, and is told when it is there`, async (t) => {
    const place = await givenPlace(t)
    await place.proxy.cut()
    const node = await givenNode(t, place.makeCuttable, ['p1_a'])
    node.publish(hint('p1_a', 1))
    assert.deepEqual([node.heard, node.lossCount()], [[hint('p1_a', 1)], 0])
    await place.proxy.mend()
    await until('it is told', () => node.lossCount() > 0)
    const other = await givenNode(t, place.makeBroker)
    other.publish(hint('p1_a', 2))
    await until('hints flow', () => node.heard.length === 2)
  })

  test(`${name}: a server that falls silent makes nobody wait and keeps no more than the limit`, async (t) => {
    const place = await givenPlace(t)
    const node = await givenNode(t, place.makeCuttable, ['p1_a'])
    const other = await givenNode(t, place.makeBroker, ['p1_a', 'p1_z'])
    const [before, otherBefore] = [node.lossCount(), other.lossCount()]
    place.proxy.freeze()
    const count = HINTS_WAITING_MAX + 5_000
    for (let offset = 1; offset <= count; offset++) node.publish(hint('p1_a', offset))
    assert.equal(await node.figure('hints_dropped_total'), 5_000)
    await node.subscribe('p1_new')
    assert.equal(node.heard.length, count)
    await until('the silence is noticed', async () => (await node.figure('broker_connected')) === 0)
    assert.equal(await node.figure('hints_dropped_total'), count)
    place.proxy.thaw()
    await until('both are told', () => node.lossCount() > before && other.lossCount() > otherBefore)
    other.publish(hint('p1_new', 4))
    await until('hints flow', () => node.heard.length > count)
    assert.deepEqual(node.heard.slice(count), [hint('p1_new', 4)])
  })

  test(`${name}: more hints than may wait at once are dropped, and then the others are told`, async (t) => {
    const place = await givenPlace(t)
    const one = await givenNode(t, place.makeBroker)
    const two = await givenNode(t, place.makeBroker, ['p1_a', 'p1_z'])
    const before = two.lossCount()
    for (let offset = 1; offset <= HINTS_WAITING_MAX + 3; offset++) one.publish(hint('p1_a', offset))
    await until('the others are told', () => two.lossCount() > before)
    assert.deepEqual([two.heard.length, await one.figure('hints_dropped_total')], [HINTS_WAITING_MAX, 3])
  })

  test(`${name}: garbage is counted and nothing else`, async (t) => {
    const place = await givenPlace(t)
    const node = await givenNode(t, place.makeBroker, ['p1_a', 'p1_z'])
    const texts = ['{', '[]', 'null', '[2,1,"p1_a","e",1,"{}"]', '[1,1,"p1_a","e",-1,"{}"]', '[1,1,"p1_a","",1,"{}"]']
    for (const text of [...texts, '[1,1,"p1_a","e",1,{}]', '[1,"1","p1_a","e",1,"{}"]']) await place.say('p1_a', text)
    await until('all of it came', async () => (await node.figure('hints_unreadable_total')) === texts.length + 2)
    await place.say('p1_a', '[1,1,"p1_foreign","e",1,"{}"]')
    await place.say('p1_a', '[1,1,"p1_a","e",1,null]')
    await until('what can be read', () => node.heard.length > 0)
    assert.deepEqual(node.heard, [{ ...hint('p1_a', 1, null), projectId: 1, epoch: 'e' }])
  })

  test(`${name}: a stop does not wait for a server that is away or silent`, async (t) => {
    const place = await givenPlace(t)
    const [away, silent] = [
      await givenNode(t, place.makeCuttable, ['p1_a']),
      await givenNode(t, place.makeCuttable, ['p1_a']),
    ]
    place.proxy.freeze()
    silent.publish(hint('p1_a', 1))
    await silent.stop()
    await place.proxy.cut()
    await until('the loss is noticed', async () => (await away.figure('broker_connected')) === 0)
    await away.stop()
    away.publish(hint('p1_a', 2))
    assert.deepEqual(away.heard, [])
  })
}

everyMake('memory', async () => memoryPlace())
if (TEST_DATABASE_URL === undefined) skipped('postgres', 'TEST_DATABASE_URL')
else {
  everyMake('postgres', postgresPlace)
  everyServedMake('postgres', postgresPlace)
}
if (TEST_NATS_URL === undefined) skipped('nats', 'TEST_NATS_URL')
else {
  everyMake('nats', natsPlace)
  everyServedMake('nats', natsPlace)
}
