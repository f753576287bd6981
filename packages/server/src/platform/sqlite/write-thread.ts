// The thread that writes to a SQLite file, so that commits and checkpoints never hold up the main thread.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../clock.ts'
import { type PlainError, type Report, toPlainError } from '../store/index.ts'
import { composeFrom, openSqliteWrites, type SqliteWrites } from './sqlite-writes.ts'
import type { FromWriteThread, PlainReport, ToWriteThread, WriteThreadData } from './write-messages.ts'

if (parentPort !== null) await start(parentPort, workerData as WriteThreadData)

async function start(port: MessagePort, data: WriteThreadData): Promise<void> {
  const post = (message: FromWriteThread): void => port.postMessage(message)
  try {
    const commands = await composeFrom(data)
    const clock = systemClock(data.anchor)
    const report = (report: Report): void => postReport(post, plainReport(report))
    const writes = await openSqliteWrites({ ...data, clock, commands, report })
    port.on('message', (message: ToWriteThread) => void answer(port, writes, message))
    post({ kind: 'ready', offsetMs: writes.offsetMs })
  } catch (error) {
    post({ kind: 'failed', error: toPlainError(error) })
  }
}

async function answer(port: MessagePort, writes: SqliteWrites, message: ToWriteThread): Promise<void> {
  if (message.kind === 'batch') return writes.submit(message.batch)
  await writes.close()
  // The thread ends by itself once nothing can reach it.
  port.close()
}

function plainReport({ outcomes, wakeUps }: Report): PlainReport {
  const results: [number, unknown][] = []
  const errors: [number, PlainError][] = []
  for (const [number, outcome] of outcomes) {
    if (outcome.kind === 'done') results.push([number, outcome.result])
    else errors.push([number, toPlainError(outcome.error)])
  }
  return { results, errors, wakeUps }
}

/** A result that is not plain data fails its own command only; what that wrote is committed all the same. */
function postReport(post: (message: FromWriteThread) => void, report: PlainReport): void {
  try {
    post({ kind: 'report', report })
  } catch {
    post({ kind: 'report', report: withoutUnpostable(report) })
  }
}

function withoutUnpostable({ results, errors, wakeUps }: PlainReport): PlainReport {
  const refused = results.flatMap(([number, result]) => {
    const error = postingError(result)
    return error === null ? [] : [[number, toPlainError(error)] as const]
  })
  const numbers = new Set(refused.map(([number]) => number))
  return { results: results.filter(([number]) => !numbers.has(number)), errors: [...errors, ...refused], wakeUps }
}

function postingError(result: unknown): unknown {
  try {
    structuredClone(result)
    return null
  } catch (error) {
    return error
  }
}
