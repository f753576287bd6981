import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from './platform/metrics.ts'
import type { Store, WakeUp } from './platform/store/index.ts'
import type { Broker, PublicationHint } from './realtime/index.ts'
import { hearWork, tellDispatchers } from './work-hints.ts'

/** A store that commits what it is told to. */
function givenStore() {
  const listeners = new Set<(wakeUps: readonly WakeUp[]) => void>()
  const onWakeUp: Store['onWakeUp'] = (listener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const commit = (...wakeUps: readonly WakeUp[]): void => {
    for (const listener of listeners) listener(wakeUps)
  }
  return { store: { onWakeUp } as Store, commit }
}

/** A broker that carries to whoever subscribed on it. */
function givenBroker() {
  const sent: PublicationHint[] = []
  const channels = new Set<string>()
  const deliver: ((hint: PublicationHint) => void)[] = []
  const broker = {
    start: async () => undefined,
    receive: ({ onPublication }) => void deliver.push(onPublication),
    publish: (hint) => {
      sent.push(hint)
      if (channels.has(hint.channel)) for (const give of deliver) give(hint)
    },
    subscribe: async (channel) => void channels.add(channel),
  } as Broker
  return { broker, sent }
}

const due = (projectId: number): WakeUp => ({ kind: 'delivery_due', projectId, dueAt: 5 })
const alarm: WakeUp = { kind: 'alarm', projectId: 1, code: 'held', orderId: null, detail: '' }

test('a commit tells dispatchers once what kinds of work wait, and nothing else', () => {
  const { store, commit } = givenStore()
  const { broker, sent } = givenBroker()
  tellDispatchers(store, broker)
  commit(alarm)
  commit(due(1), alarm, due(2), { kind: 'refund_requested', projectId: 1 })
  commit({ kind: 'recovery_changed', projectId: 1 })
  assert.deepEqual(
    sent.map(({ channel, data }) => [channel, data]),
    [
      ['dispatchers', 'delivery_due refund_requested'],
      ['dispatchers', 'recovery_changed'],
    ],
  )
})

test('timed work is woken by the commits of its own process and of others, and clients see none of it', async () => {
  const [own, other] = [givenStore(), givenStore()]
  const { broker } = givenBroker()
  const metrics = await createMetrics({ isOn: true })
  const heard = hearWork(own.store, broker, metrics)
  const passed: PublicationHint[] = []
  heard.broker.receive({ onPublication: (hint) => void passed.push(hint), onLost: () => undefined })
  await heard.broker.start()
  await heard.broker.subscribe('p1_a')
  tellDispatchers(other.store, broker)
  const woken: string[] = []
  const stopListening = heard.store.onWakeUp((wakeUps) => woken.push(...wakeUps.map(({ kind }) => kind)))
  own.commit(due(1))
  other.commit(due(1), { kind: 'refund_requested', projectId: 1 })
  const status: PublicationHint = {
    kind: 'publication',
    projectId: 1,
    channel: 'p1_a',
    epoch: 'e',
    offset: 1,
    data: '{}',
  }
  broker.publish(status)
  stopListening()
  own.commit(due(1))
  other.commit(due(1))
  assert.deepEqual([woken, passed], [['delivery_due', 'delivery_due', 'refund_requested'], [status]])
  assert.match(await metrics.text(), /^ordertrail_work_hints_heard_total 2$/m)
})
