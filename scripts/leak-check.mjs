// Preloaded into every test file: fails the file that leaves something open (timer, server, socket, child, worker).
import { after } from 'node:test'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'

const GRACE_ROUNDS_MAX = 40
const GRACE_ROUND_MS = 5
const EXIT_AFTER_MS = 300
// Ends by itself within the grace time and belongs to nobody.
const PASSING = /^(FSReq|CloseReq|Immediate|GetAddrInfo)/

const workers = new Set()
process.on('worker', (worker) => {
  workers.add(worker)
  worker.once('exit', () => workers.delete(worker))
})

// Touched so that the handles of the standard streams belong to the state before; an import of node:process touches all three.
void [process.stdin, process.stdout, process.stderr]
const openBefore = openNow()

/** @returns {string[]} kinds of what is open at this moment */
function openNow() {
  return process.getActiveResourcesInfo().filter((kind) => !PASSING.test(kind))
}

/** @returns {string[]} kinds of what the tests opened and did not close */
function leftOpen() {
  const left = openNow()
  for (const kind of openBefore) {
    if (left.includes(kind)) left.splice(left.indexOf(kind), 1)
  }
  return [...left, ...Array.from(workers, () => 'Worker')]
}

after(async () => {
  // Node tells of a worker in the turn after the one that made it.
  await turn()
  for (let round = 0; round < GRACE_ROUNDS_MAX && leftOpen().length > 0; round++) {
    // Keeps the process alive: with nothing else open it would end here, before other hooks of the file have run.
    await sleep(GRACE_ROUND_MS)
  }
  const left = leftOpen()
  if (left.length === 0) return
  // An open handle would keep the process, and with it the whole run, waiting for ever.
  setTimeout(() => process.exit(1), EXIT_AFTER_MS).unref()
  throw new Error(`${process.argv[1]} left open: ${left.join(', ')}`)
})
