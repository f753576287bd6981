// Tells operators what needs a person: every alarm is a line in the log and a figure.
import type { Logger } from './platform/logger.ts'
import type { Metrics } from './platform/metrics.ts'
import type { Store } from './platform/store/index.ts'

/** Codes that tell of the end of an alarm. */
const GOOD_NEWS: ReadonlySet<string> = new Set(['endpoint_recovered'])

/** Listens to the commits of a store for as long as it is open. */
export function tellAlarms({
  store,
  logger,
  metrics,
}: {
  readonly store: Store
  readonly logger: Logger
  readonly metrics: Metrics
}): void {
  const raised = metrics.counter({
    name: 'alarms_raised_total',
    help: 'What needed a person, by code.',
    labels: ['code'],
  })
  store.onWakeUp((wakeUps) => {
    for (const wakeUp of wakeUps) {
      if (wakeUp.kind !== 'alarm') continue
      const { projectId, orderId, code, detail } = wakeUp
      if (GOOD_NEWS.has(code)) {
        logger.info('alarm.cleared', { projectId, code, detail })
        continue
      }
      raised.add({ code })
      logger.warn('alarm.raised', { projectId, code, detail, ...(orderId === null ? {} : { orderId }) })
    }
  })
}
