// Runs a table: keeps the state, has the effects done, and keeps the timers whose ends are events.
import type { Runtime } from './runtime.ts'
import type { Step } from './table.ts'

/** What is run. */
export interface MachineOptions<State, Event, Effect extends string> {
  /** For the eyes of a developer. */
  readonly name: string
  readonly start: State
  readonly step: (state: State, event: Event) => Step<State, Effect>
  readonly effects: Readonly<Record<Effect, () => void>>
  readonly runtime: Runtime
  readonly debug: (line: string) => void
}

/** A table that runs. */
export interface Machine<State, Event> {
  state: State
  /** Takes the next event; effects may send events themselves. */
  step(event: Event): void
  /** Sends `event`, or calls, after a while; a timer of the same name is replaced. */
  after(name: string, delayMs: number, event: Event | (() => void)): void
  /** Ends a timer; without a name all of them. */
  clear(name?: string): void
}

/** The longest delay that timers know; a longer one would fire at once. */
const DELAY_MS_MAX = 2 ** 31 - 1

/** Starts; nothing is done before the first event. */
export function startMachine<State, Event extends string, Effect extends string>(
  options: MachineOptions<State, Event, Effect>,
): Machine<State, Event> {
  const { setTimeout, clearTimeout } = options.runtime
  const timers = new Map<string, unknown>()
  const machine: Machine<State, Event> = {
    state: options.start,
    step(event) {
      const { state } = machine
      const next = options.step(state, event)
      machine.state = next.state
      options.debug(`${options.name}: ${state}, ${event}: ${next.state}`)
      for (const effect of next.effects) options.effects[effect]()
    },
    after(name, delayMs, event) {
      machine.clear(name)
      const act = typeof event === 'string' ? () => machine.step(event) : event
      timers.set(name, setTimeout(act, Math.min(delayMs, DELAY_MS_MAX)))
    },
    clear(name) {
      for (const one of name ? [name] : timers.keys()) {
        clearTimeout(timers.get(one))
        timers.delete(one)
      }
    },
  }
  return machine
}
