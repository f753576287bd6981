// The main thread's side of writing: numbers the commands, hands them over once per turn, and settles their callers.
import type { Command } from './command.ts'
import { makeGatherer } from './gather-commands.ts'
import { WAITING_COMMANDS_MAX } from './store.ts'
import { storeUnavailable } from './store-errors.ts'
import type { WakeUp } from './wake-up.ts'

/** A command on its way to the write side: its number, name and input. Plain data. */
export type Sent = readonly [number: number, name: string, input: unknown]

/** How one command ended. */
export type Outcome =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }

/** What one transaction of the write side came to. */
export interface Report {
  readonly outcomes: readonly (readonly [number: number, outcome: Outcome])[]
  /** Empty unless it was committed. */
  readonly wakeUps: readonly WakeUp[]
}

/** Where commands are handed in. */
export interface CommandDesk {
  run<Input, Result>(command: Command<Input, Result>, input: Input): Promise<Result>
  onWakeUp(listener: (wakeUps: readonly WakeUp[]) => void): () => void
  /** Settles callers and tells the listeners; called by the write side after each transaction. */
  accept(report: Report): void
  /** Fails all that is under way; for a write side that is gone. */
  failAll(error: unknown): void
  /** Refuses new commands and resolves when none is under way. Safe to call twice. */
  close(): Promise<void>
}

interface Caller {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Opens a desk.
 *
 * @param send takes the commands of one turn of the event loop; throws when an input is not plain data
 */
export function openCommandDesk(send: (batch: readonly Sent[]) => void): CommandDesk {
  const callers = new Map<number, Caller>()
  const listeners = new Set<(wakeUps: readonly WakeUp[]) => void>()
  let batch: Sent[] = []
  let lastNumber = 0
  let closing: PromiseWithResolvers<void> | null = null

  const settle = (number: number, outcome: Outcome): void => {
    const caller = callers.get(number)
    callers.delete(number)
    if (outcome.kind === 'done') caller?.resolve(outcome.result)
    else caller?.reject(outcome.error)
  }
  const settleClosing = (): void => {
    if (callers.size === 0) closing?.resolve()
  }
  const flush = (): void => {
    const ready = batch
    batch = []
    sendAll(send, ready, (number, error) => settle(number, { kind: 'failed', error }))
    settleClosing()
  }
  const queue = (sent: readonly Sent[]): void => {
    // Collected until the turn ends, so that commands that arrive together share a message and a transaction.
    if (batch.length === 0) setImmediate(flush)
    batch.push(...sent)
  }
  const gatherer = makeGatherer(queue)

  return {
    run: (command, input) => {
      if (closing !== null) return Promise.reject(storeUnavailable('The store is stopped.'))
      if (callers.size >= WAITING_COMMANDS_MAX) return Promise.reject(tooManyWaiting())
      lastNumber += 1
      const sent: Sent = [lastNumber, command.name, input]
      if (!gatherer.holds(command, sent)) queue([sent])
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      callers.set(lastNumber, { resolve, reject })
      return promise as Promise<never>
    },
    onWakeUp: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    accept: ({ outcomes, wakeUps }) => {
      for (const [number, outcome] of outcomes) settle(number, outcome)
      if (wakeUps.length > 0) for (const listener of listeners) tell(listener, wakeUps)
      settleClosing()
    },
    failAll: (error) => {
      for (const number of [...callers.keys()]) settle(number, { kind: 'failed', error })
      batch = []
      gatherer.clear()
      settleClosing()
    },
    close: () => {
      closing ??= Promise.withResolvers<void>()
      settleClosing()
      return closing.promise
    },
  }
}

function tooManyWaiting(): Error {
  return storeUnavailable(`${WAITING_COMMANDS_MAX} commands wait for the store already; repeat this one later.`)
}

/** One input that cannot be posted must not take the rest of its batch with it. */
function sendAll(
  send: (batch: readonly Sent[]) => void,
  batch: readonly Sent[],
  refuse: (number: number, error: unknown) => void,
): void {
  if (batch.length === 0) return
  try {
    send(batch)
  } catch (error) {
    const [first] = batch
    if (batch.length === 1 && first !== undefined) refuse(first[0], error)
    else for (const sent of batch) sendAll(send, [sent], refuse)
  }
}

/** A listener's fault is its own: the commit has happened and the other listeners must hear of it. */
function tell(listener: (wakeUps: readonly WakeUp[]) => void, wakeUps: readonly WakeUp[]): void {
  try {
    listener(wakeUps)
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : new Error(String(error)))
  }
}
