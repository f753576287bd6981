// One pass of the retention for tests of single kinds: what they do not name is kept for ever.
import { noMetrics } from '../platform/metrics.ts'
import type { Retirable } from '../platform/retirable.ts'
import type { Store } from '../platform/store/index.ts'
import type { OperatorDays } from '../retention-pace.ts'
import { makeRetentionPass, type RetentionPass } from '../retention-pass.ts'

/** Days of an operator who keeps everything but what `days` names. */
export function daysOf(days: Partial<OperatorDays>): OperatorDays {
  return { details: 0, log: 0, leftovers: 0, ...days }
}

/** Lets go what is kept long enough, in every project; gives how many of each kind. */
export async function retireOnce(
  store: Store,
  retirables: readonly Retirable[],
  days: Partial<OperatorDays> = {},
): Promise<RetentionPass['counts']> {
  const pass = makeRetentionPass({ store, metrics: noMetrics, retirables, operatorDays: daysOf(days), pauseMsMin: 0 })
  return (await pass(new AbortController().signal)).counts
}
