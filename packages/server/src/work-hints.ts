// Wake-ups between processes: what one without the role dispatcher commits, those that have it do at once.
import type { Metrics } from './platform/metrics.ts'
import type { Store, WakeUp } from './platform/store/index.ts'
import type { Broker, BrokerReceiver, PublicationHint } from './realtime/index.ts'

/** What waits for somebody with the role dispatcher. */
const KINDS = ['delivery_due', 'recovery_changed', 'refund_requested'] as const
type WorkKind = (typeof KINDS)[number]

/** Players' channels begin with the number of their project. */
const CHANNEL = 'dispatchers'

/** What a process hears of others, and how timed work listens to it. */
export interface HeardWork {
  /** The broker; its receiver sees nothing of what is for dispatchers. */
  readonly broker: Broker
  /** The store as timed work sees it: it is also woken by what other processes commit. */
  readonly store: Store
}

/** Tells dispatchers in other processes what `store` commits, for as long as it is open; what the broker loses is found by their looks. */
export function tellDispatchers(store: Pick<Store, 'onWakeUp'>, broker: Pick<Broker, 'publish'>): void {
  store.onWakeUp((wakeUps) => {
    const kinds = KINDS.filter((kind) => wakeUps.some((wakeUp) => wakeUp.kind === kind))
    if (kinds.length > 0) broker.publish(hintOf(kinds))
  })
}

/** Puts itself between a broker and whoever receives from it. */
export function hearWork(store: Store, broker: Broker, metrics: Metrics): HeardWork {
  const listeners = new Set<(wakeUps: readonly WakeUp[]) => void>()
  const heard = metrics.counter({
    name: 'work_hints_heard_total',
    help: 'Times that another process told that webhooks, refunds or recoveries wait.',
  })
  const take = (hint: PublicationHint): void => {
    heard.add()
    const wakeUps = wakeUpsOf(hint)
    for (const listener of listeners) listener(wakeUps)
  }
  const receive = (receiver: BrokerReceiver): void =>
    broker.receive({
      ...receiver,
      onPublication: (hint) => (hint.channel === CHANNEL ? take(hint) : receiver.onPublication(hint)),
    })
  return {
    broker: {
      ...broker,
      receive,
      start: async (signal) => {
        await broker.start(signal)
        await broker.subscribe(CHANNEL)
      },
    },
    store: {
      ...store,
      onWakeUp: (listener) => {
        const stopListening = store.onWakeUp(listener)
        listeners.add(listener)
        return () => {
          listeners.delete(listener)
          stopListening()
        }
      },
    },
  }
}

/** In the envelope of a publication, because brokers carry nothing else. */
function hintOf(kinds: readonly WorkKind[]): PublicationHint {
  return { kind: 'publication', projectId: 1, channel: CHANNEL, epoch: 'work', offset: 1, data: kinds.join(' ') }
}

/** Whose it is does not matter: whoever is woken looks at all that is due. */
function wakeUpsOf({ data }: PublicationHint): readonly WakeUp[] {
  const named = (data ?? '').split(' ')
  return KINDS.filter((kind) => named.includes(kind)).map((kind) => WAKE_UPS[kind])
}

const WAKE_UPS: Readonly<Record<WorkKind, WakeUp>> = {
  delivery_due: { kind: 'delivery_due', projectId: 0, dueAt: 0 },
  recovery_changed: { kind: 'recovery_changed', projectId: 0 },
  refund_requested: { kind: 'refund_requested', projectId: 0 },
}
