// Loaded before a server of a chaos run: its wall clock goes wrong by what a file says; the monotonic clock does not.
import { closeSync, openSync, readSync } from 'node:fs'
import { CLOCK_FILE_VARIABLE } from './clock-file.ts'

/** Between two looks at the file. */
const LOOK_MS = 20
const BYTES_MAX = 32

const path = process.env[CLOCK_FILE_VARIABLE]
if (path !== undefined) shiftClock(path)
// A file size limit is told by a signal, which would end the process before the write could fail.
process.on('SIGXFSZ', () => undefined)

function shiftClock(file: string): void {
  const RealDate = Date
  const realNow = Date.now
  let offsetMs = 0
  let lookedAt = Number.NEGATIVE_INFINITY
  const now = (): number => {
    const at = performance.now()
    if (at - lookedAt > LOOK_MS) {
      lookedAt = at
      offsetMs = readOffset(file)
    }
    return realNow() + offsetMs
  }
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  })
}

function readOffset(file: string): number {
  const opened = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(BYTES_MAX)
    return Number(bytes.toString('latin1', 0, readSync(opened, bytes, 0, BYTES_MAX, 0))) || 0
  } finally {
    closeSync(opened)
  }
}
