// One pass through all projects that lets go what is kept long enough, in small batches with pauses between them.
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import type { Counter, Gauge, Metrics } from './platform/metrics.ts'
import type { Retirable, RetireBatch, RetiredKind } from './platform/retirable.ts'
import type { Store } from './platform/store/index.ts'
import { type ProjectKeeping, readKeeping } from './projects/index.ts'
import { BATCH_FIRST, keptDays, nextBatchMax, type OperatorDays } from './retention-pace.ts'

/** What a pass needs. */
export interface RetentionPassDeps {
  readonly store: Store
  readonly metrics: Metrics
  readonly retirables: readonly Retirable[]
  readonly operatorDays: OperatorDays
  /** Between two batches, at least; a batch that took longer is followed by a pause of its own length. */
  readonly pauseMsMin?: number
}

/**
 * What one pass did.
 *
 * @property counts things that were let go; a kind that is missing: none
 * @property isMore true: some project used up its turn, so that another pass finds something at once
 */
export interface RetentionPass {
  readonly counts: ReadonlyMap<RetiredKind, number>
  readonly isMore: boolean
}

const DAY_MS = 24 * 3_600_000
const PROJECTS_PAGE = 500
/** Batches that one project gets of one kind before the next has its turn. */
const TURN_BATCHES_MAX = 100
export const PAUSE_MS_MIN = 20

/** Makes the pass, to be run again and again. It ends early when `signal` is aborted. */
export function makeRetentionPass(deps: RetentionPassDeps): (signal: AbortSignal) => Promise<RetentionPass> {
  const retire = pacedBatches(deps)
  const age = ageGauge(deps.metrics)
  return async (signal) => {
    const counts = new Map<RetiredKind, number>()
    const oldest = new Map<RetiredKind, number>()
    let isMore = false
    for await (const project of allProjects(deps.store)) {
      for (const retirable of deps.retirables) {
        if (signal.aborted) return { counts, isMore: false }
        const { kind } = retirable
        const since = await retirable.oldest(deps.store.read, project.projectId)
        if (since !== null && since > 0) oldest.set(kind, Math.min(since, oldest.get(kind) ?? since))
        const keptMs = keptMsOf(deps, retirable, project)
        if (since === null || keptMs === null || since > deps.store.now() - keptMs) continue
        const turn = await retire(retirable, { projectId: project.projectId, keptMs }, signal)
        counts.set(kind, (counts.get(kind) ?? 0) + turn.count)
        isMore ||= turn.isMore
      }
    }
    const now = deps.store.now()
    for (const { kind } of deps.retirables) age.set(Math.max(0, now - (oldest.get(kind) ?? now)) / 1_000, { kind })
    return { counts, isMore }
  }
}

type Turn = (
  retirable: Retirable,
  what: Omit<RetireBatch, 'max'>,
  signal: AbortSignal,
) => Promise<{ readonly count: number; readonly isMore: boolean }>

/** Runs one turn of a project: batch after batch, each as large as the one before suggests. */
function pacedBatches({ store, metrics, pauseMsMin = PAUSE_MS_MIN }: RetentionPassDeps): Turn {
  const batchMax = new Map<RetiredKind, number>()
  const retired = retiredCounter(metrics)
  return async ({ kind, retire }, what, signal) => {
    let count = 0
    for (let batches = 0; batches < TURN_BATCHES_MAX; batches += 1) {
      const max = batchMax.get(kind) ?? BATCH_FIRST
      const startedAt = performance.now()
      const batch = await store.run(retire, { ...what, max })
      const tookMs = performance.now() - startedAt
      batchMax.set(kind, nextBatchMax(max, tookMs))
      count += batch.retired
      retired.add({ kind }, batch.retired)
      if (!batch.isMore || signal.aborted) return { count, isMore: false }
      await pause(Math.max(pauseMsMin, tookMs), signal)
    }
    return { count, isMore: true }
  }
}

function keptMsOf(deps: RetentionPassDeps, { keptFor }: Retirable, project: ProjectKeeping): number | null {
  if (keptFor === 'history') return project.historyAgeMs
  const days = keptDays(keptFor, deps.operatorDays, project.detailsKeptDays)
  return days === null ? null : days * DAY_MS
}

async function* allProjects(store: Store): AsyncGenerator<ProjectKeeping> {
  for (let afterId: number | undefined = 0; afterId !== undefined; ) {
    const page: readonly ProjectKeeping[] = await readKeeping(store.read, afterId, PROJECTS_PAGE)
    yield* page
    afterId = page.at(-1)?.projectId
  }
}

/** Resolves after `ms`, or at once when `signal` is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return wait(ms, undefined, { signal }).catch(() => undefined)
}

function retiredCounter(metrics: Metrics): Counter<'kind'> {
  return metrics.counter({
    name: 'retired_total',
    help: 'What was let go after its keeping time, by kind.',
    labels: ['kind'],
  })
}

function ageGauge(metrics: Metrics): Gauge<'kind'> {
  return metrics.gauge({
    name: 'retirable_oldest_age_seconds',
    help: 'Age of the oldest thing that is still kept, by kind, as the last pass found it.',
    labels: ['kind'],
  })
}
