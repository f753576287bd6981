// Records while the store is away for a moment.
import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '@ordertrail/core'
import type { Store } from '../platform/store/index.ts'
import { openTestStore } from '../platform/store/testing/index.ts'
import type { AttemptReport } from './attempt-report.ts'
import { recordUntil } from './record-until.ts'
import { openStage } from './testing/stage.ts'

const REPORT: AttemptReport = {
  kind: 'unsent',
  projectId: 44056,
  deliveryId: 999_999_999,
  orderId: 10_000_001,
  number: 1,
  leaseToken: 1,
  isFirst: true,
  waitMs: 1,
}

/** `store`, which throws `error` at its first `times` commands. */
function failing(store: Store, times: number, error: Error): { readonly store: Store; calls(): number } {
  let calls = 0
  const run: Store['run'] = (command, input) => {
    calls += 1
    return calls <= times ? Promise.reject(error) : store.run(command, input)
  }
  return { store: { ...store, run }, calls: () => calls }
}

const tries = [
  {
    what: 'a store that is away for a moment is asked again',
    times: 2,
    code: 'store_unavailable',
    calls: 3,
    isDone: true,
  },
  { what: 'a store that stays away is given up', times: 9, code: 'store_unavailable', calls: 3, isDone: false },
  { what: 'a bug is not tried again', times: 9, code: 'internal', calls: 1, isDone: false },
] as const
for (const { what, times, code, calls, isDone } of tries) {
  test(what, async (t) => {
    const stage = await openStage(t, (options) => openTestStore('sqlite memory', options), { isDispatching: false })
    const shaky = failing(stage.store, times, new AppError(code))
    const recorded = recordUntil(shaky.store, REPORT, 3)
    if (isDone) assert.deepEqual(await recorded, { kind: 'absent' })
    else await assert.rejects(recorded, { code })
    assert.equal(shaky.calls(), calls)
  })
}
