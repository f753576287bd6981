// A switch of settings waits for transitions under way, on PostgreSQL where they run at the same time.
import assert from 'node:assert/strict'
import test from 'node:test'
import { sql } from 'kysely'
import { bind, oneByOne, rareCommand, type Store } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { loadProjectFacts, lockProjectAlone } from './project-facts.ts'

const transition = rareCommand<null, null>('test.transition')
const turnSwitch = rareCommand<null, null>('test.switch')

async function waitingLocks(store: Store): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`select count(*)::int as count from pg_locks where locktype = 'advisory' and not granted`.execute(store.read)
  return rows[0]?.count ?? 0
}

eachStore((name, open) => {
  if (name !== 'postgres') return
  test(`${name}: a switch starts only after the transition that read the settings has ended`, async (t) => {
    const told: string[] = []
    const locked = Promise.withResolvers<void>()
    const mayEnd = Promise.withResolvers<void>()
    const { store, stop } = await open({
      commands: [
        bind(
          transition,
          oneByOne(async (tx) => {
            await loadProjectFacts(tx, [1, 2])
            locked.resolve()
            await mayEnd.promise
            told.push('transition')
            return null
          }),
        ),
        bind(
          turnSwitch,
          oneByOne(async (tx) => {
            await lockProjectAlone(tx, 2)
            told.push('switch')
            return null
          }),
        ),
      ],
    })
    t.after(stop)
    const moved = store.run(transition, null)
    await locked.promise
    const switched = store.run(turnSwitch, null)
    while ((await waitingLocks(store)) === 0) await new Promise((resolve) => setImmediate(resolve))
    mayEnd.resolve()
    await Promise.all([moved, switched])
    assert.deepEqual(told, ['transition', 'switch'])
  })
})
