// Gathers what happens, from commits and services, for whoever watches the trail.
import type { Store, WakeUp } from './platform/store/index.ts'
import type { Observe, TrailEvent, TrailWatcher } from './platform/trail.ts'

/** The watchers of one server. */
export interface Trail {
  /** Hands an event to every watcher. */
  readonly observe: Observe
  /** Returns the watcher's own removal. */
  watch(watcher: TrailWatcher): () => void
}

/** Makes the trail of a store; statuses and alarms come from its commits. */
export function makeTrail(store: Store): Trail {
  const watchers = new Set<TrailWatcher>()
  const observe: Observe = (event) => {
    for (const watcher of watchers) watcher(event, store.now())
  }
  store.onWakeUp((wakeUps) => {
    if (watchers.size === 0) return
    for (const wakeUp of wakeUps) {
      const event = trailEventOf(wakeUp)
      if (event !== null) observe(event)
    }
  })
  return {
    observe,
    watch(watcher) {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
  }
}

function trailEventOf(wakeUp: WakeUp): TrailEvent | null {
  switch (wakeUp.kind) {
    case 'order_status': {
      const { projectId, orderId, from, to, cause } = wakeUp
      return { kind: 'order.status', projectId, orderId, from, to, cause }
    }
    case 'alarm': {
      const { projectId, orderId, code, detail } = wakeUp
      return { kind: 'alarm', projectId, orderId, code, detail }
    }
    default:
      return null
  }
}
