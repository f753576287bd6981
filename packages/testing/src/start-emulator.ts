// Starts an emulator: the server of `ordertrail dev`, with a test's hands on it.

import { ordertrailEndpoints } from '@ordertrail/client'
import { type Call, createCall } from './calls.ts'
import { describeEntry } from './describe-trail.ts'
import type { Emulator, EmulatorOptions } from './emulator.ts'
import { faultsOf } from './faults.ts'
import { IDENTITY, type ProjectActs, projectActs } from './project-acts.ts'
import { startQuietServer } from './quiet-server.ts'
import { readStatuses } from './read-statuses.ts'
import { createTrailLog, type TrailEntry, type TrailLog } from './trail-log.ts'
import { waitForOrder } from './wait-for-order.ts'
import { waitForWebhook, webhooksOf } from './wait-for-webhook.ts'

const WAIT_MS = 5_000

/** Starts one. Several may run side by side; each has a store of its own. Nothing leaves this machine. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const log = createTrailLog(writerOf(options))
  const life = await startLife(options, log)
  const { url, call, acts } = life
  return {
    ...IDENTITY,
    url,
    endpoints: ordertrailEndpoints(url),
    ...acts,
    ...faultsOf(call),
    ...waitsOf({ log, call, timeoutMs: options.timeoutMs ?? WAIT_MS, hasListener: life.hasListener }),
    listenAt: life.listenAt,
    webhooks: () => webhooksOf(log.entries),
    reset: life.reset,
    stop: life.stop,
    [Symbol.asyncDispose]: life.stop,
  }
}

/** Servers one after the other on one port, and what is done after each start. */
interface Life {
  readonly url: string
  readonly call: Call
  readonly acts: ProjectActs
  hasListener(): boolean
  listenAt(url: string | null): Promise<void>
  reset(): Promise<void>
  stop(): Promise<void>
}

async function startLife(options: EmulatorOptions, log: TrailLog): Promise<Life> {
  let server = await startQuietServer(log, { port: options.port ?? 0, storesBefore: 0 })
  let storesBefore = 0
  const { url } = server
  const call = createCall(url)
  const acts = projectActs(call, url)
  let listener = options.webhookUrl ?? null

  async function prepare(): Promise<void> {
    if (listener !== null) await acts.listenAt(listener)
    if (options.settings !== undefined) await acts.changeSettings(options.settings)
    if (options.catalog !== undefined) await acts.setCatalog(options.catalog)
  }
  async function end(reason: string): Promise<void> {
    log.clear(reason)
    await server.stop()
    // What happened on the way down belongs to nobody any more.
    log.clear(reason)
  }
  const life: Life = {
    url,
    call,
    acts,
    hasListener: () => listener !== null,
    async listenAt(webhookUrl) {
      await acts.listenAt(webhookUrl)
      listener = webhookUrl
    },
    async reset() {
      await end('The emulator was reset')
      storesBefore += 1
      server = await startQuietServer(log, { port: Number(new URL(url).port), storesBefore })
      await prepare()
    },
    stop: () => end('The emulator was stopped'),
  }
  await prepare().catch(async (error: unknown) => {
    await life.stop()
    throw error
  })
  return life
}

interface WaitDeps {
  readonly log: TrailLog
  readonly call: Call
  readonly timeoutMs: number
  hasListener(): boolean
}

function waitsOf({ log, call, timeoutMs, hasListener }: WaitDeps): Pick<Emulator, 'waitFor' | 'waitForWebhook'> {
  return {
    async waitFor(orderId, status, options = {}) {
      const known = await readStatuses(call, orderId)
      return log.until(waitForOrder({ orderId, status, timeoutMs: options.timeoutMs ?? timeoutMs }, known))
    },
    waitForWebhook: async (wish = {}) =>
      log.until(waitForWebhook(wish, { timeoutMs: wish.timeoutMs ?? timeoutMs, hasListener: hasListener() })),
  }
}

function writerOf({ logger, verbose = false }: EmulatorOptions): (entry: TrailEntry) => void {
  return (entry) => {
    logger?.(describeEntry(entry))
    if (verbose) process.stderr.write(`${describeEntry(entry)}\n`)
  }
}
