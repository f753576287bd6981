// Facts about upgrades that wait for their turn.
import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import test from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Upgrade, UpgradeQueue } from './upgrade-queue.ts'

function givenUpgrade(): Upgrade {
  const socket = new Socket()
  return { request: new IncomingMessage(socket), socket, head: Buffer.alloc(0) }
}

test('upgrades are served in their order, a few in each turn of the event loop, and none twice', async () => {
  const served: Upgrade[] = []
  const queue = new UpgradeQueue((upgrade) => void served.push(upgrade))
  const upgrades = Array.from({ length: 10 }, givenUpgrade)
  for (const upgrade of upgrades) queue.add(upgrade)
  const counts = [[served.length, queue.size]]
  for (let turn = 0; turn < 4; turn += 1) {
    await nextTurn()
    counts.push([served.length, queue.size])
  }
  assert.deepEqual(counts, [
    [0, 10],
    [4, 6],
    [8, 2],
    [10, 0],
    [10, 0],
  ])
  assert.ok(served.every((upgrade, index) => upgrade === upgrades[index]))
  const late = givenUpgrade()
  queue.add(late)
  await nextTurn()
  assert.deepEqual([served.at(-1) === late, served.length], [true, 11])
})

test('whoever went away while waiting is passed over and takes nobody the turn', async () => {
  let served = 0
  const queue = new UpgradeQueue(() => {
    served += 1
  })
  const upgrades = Array.from({ length: 8 }, givenUpgrade)
  for (const upgrade of upgrades) queue.add(upgrade)
  for (const { socket } of upgrades.slice(0, 5)) socket.destroy()
  await nextTurn()
  assert.deepEqual([served, queue.size], [3, 0])
})
