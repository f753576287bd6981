// The main thread's hold on the thread that writes.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { fromPlainError, type Outcome, type Report, type Sent, storeUnavailable } from '../store/index.ts'
import type { FromWriteThread, PlainReport, ToWriteThread, WriteThreadData } from './write-messages.ts'

/** A running write thread. */
export interface WriteThread {
  readonly offsetMs: number
  /** @throws {DataCloneError} when an input is not plain data */
  send(batch: readonly Sent[]): void
  /** Closes the file and ends the thread; called when nothing is under way. */
  stop(): Promise<void>
}

/** Whom the thread answers. */
export interface WriteThreadListener {
  accept(report: Report): void
  /** The thread ended unasked: what was under way may or may not be committed, and nothing more will be. */
  died(error: Error): void
}

// tsc does not rewrite this address: published it is .js, in the repository .ts.
const THREAD_URL = new URL(import.meta.url.endsWith('.ts') ? './write-thread.ts' : './write-thread.js', import.meta.url)

/**
 * Starts the thread and waits until its store is open.
 *
 * @throws what openSqliteWrites throws, or what loading the write side threw
 */
export async function startWriteThread(data: WriteThreadData, listener: WriteThreadListener): Promise<WriteThread> {
  const worker = new Worker(THREAD_URL, { workerData: data, name: 'ordertrail-store' })
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const first = await firstMessage(worker, ended)
  if (first.kind !== 'ready') {
    await worker.terminate()
    throw first.kind === 'failed' ? fromPlainError(first.error) : new Error('The write thread began with a report.')
  }
  let isStopping = false
  worker.on('message', (message: FromWriteThread) => {
    if (message.kind === 'report') listener.accept(reportOf(message.report))
  })
  // An error is followed by the exit, which tells the callers.
  let reason: unknown = null
  worker.on('error', (error) => {
    reason = error
  })
  worker.once('exit', () => {
    if (!isStopping) listener.died(threadDied(reason))
  })
  const post = (message: ToWriteThread): void => worker.postMessage(message)
  return {
    offsetMs: first.offsetMs,
    send: (batch) => post({ kind: 'batch', batch }),
    stop: async () => {
      isStopping = true
      post({ kind: 'stop' })
      await ended
    },
  }
}

/** Rejects when the thread ends before it says anything. */
async function firstMessage(worker: Worker, ended: Promise<void>): Promise<FromWriteThread> {
  const silent = ended.then(() => Promise.reject(new Error('The write thread of the store ended before it was ready.')))
  const [message] = await Promise.race([once(worker, 'message'), silent])
  return message
}

function reportOf({ results, errors, wakeUps }: PlainReport): Report {
  const done = results.map(([number, result]): [number, Outcome] => [number, { kind: 'done', result }])
  const failed = errors.map(([number, error]): [number, Outcome] => [
    number,
    { kind: 'failed', error: fromPlainError(error) },
  ])
  return { outcomes: [...done, ...failed], wakeUps }
}

function threadDied(reason: unknown): Error {
  const cause = reason instanceof Error ? `: ${reason.message}` : ''
  return storeUnavailable(`The write thread of the store ended${cause}. Start the server again.`, reason)
}
