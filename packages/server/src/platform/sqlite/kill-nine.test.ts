// A process killed while it writes, again and again.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { faultsOf } from '../store/testing/sale-write-side.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

const ROUNDS = 4
/** How many sales are confirmed before the blow falls; another number in each round. */
const CONFIRMED_MIN = 30
const CONFIRMED_STEP = 41

/** Runs the seller until it has confirmed `count` sales, kills it, and gives back every key it confirmed. */
async function sellAndKill(path: string, round: number, count: number): Promise<readonly string[]> {
  const program = fileURLToPath(new URL('../store/testing/sell-until-killed.ts', import.meta.url))
  const args = ['--conditions=ordertrail-source', program, path, String(round)]
  const seller = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(seller, 'exit')
  const confirmed: string[] = []
  for await (const line of createInterface(seller.stdout)) {
    confirmed.push(line)
    if (confirmed.length === count) seller.kill('SIGKILL')
  }
  const [, signal] = await exited
  assert.equal(signal, 'SIGKILL')
  return confirmed
}

test(`kill -9 of a process with 16 callers, ${ROUNDS} times: nothing confirmed is lost, no sale is torn`, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-kill-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'shop.db')
  const confirmed: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    confirmed.push(...(await sellAndKill(path, round, CONFIRMED_MIN + round * CONFIRMED_STEP)))
    const store = await openSqliteStore({ path, commands: [] })
    assert.deepEqual(await faultsOf(store, confirmed), [], `round ${round}`)
    await store.stop()
  }
})
