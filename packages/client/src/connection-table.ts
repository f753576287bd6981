// The life of the one shared socket as a table: every state and event, and what follows. No I/O, no clock.
import { type Cell, type Step, stepIn } from './table.ts'

/** States from left to right as the table has them. */
export const CONNECTION_STATES = ['idle', 'opening', 'live', 'waiting'] as const

/**
 * - idle: nobody wants it, or the server wants no more tries
 * - opening: from the first step to the answer of the history
 * - live: statuses arrive as they happen
 * - waiting: it was lost; the next try is soon
 */
export type ConnectionState = (typeof CONNECTION_STATES)[number]

/**
 * - wanted, unwanted: somebody watches, nobody does any more
 * - caught: the history was answered, so nothing is missing
 * - lost, refused: it ended, or never began, and may come back or may not
 * - due: the wait is over; woke: the page or the network came back
 */
export type ConnectionEvent = 'wanted' | 'unwanted' | 'caught' | 'lost' | 'refused' | 'due' | 'woke'

/**
 * - open, close: of the socket; backoff: start the wait for `due`, longer each time
 * - catchUp: ask for the history again, which shows a dead socket, too
 * - up, down, gone: tell those who watch; after `gone` they watch no more
 */
export type ConnectionEffect = 'open' | 'close' | 'backoff' | 'catchUp' | 'up' | 'down' | 'gone'

type ConnectionCell = Cell<ConnectionState, ConnectionEffect>
type Row = readonly [idle: ConnectionCell, opening: ConnectionCell, live: ConnectionCell, waiting: ConnectionCell]

// biome-ignore format: a table is read by its columns. Each cell: the next state (=: the same) and what is done; empty: ignored.
const TABLE: Readonly<Record<ConnectionEvent, Row>> = {
  //          idle            opening                       live                          waiting
  wanted:   ['opening open', '',                           '',                           ''],
  unwanted: ['',             'idle close',                 'idle close',                 'idle close'],
  caught:   ['',             'live up',                    '= up',                       ''],
  lost:     ['',             'waiting close backoff down', 'waiting close backoff down', ''],
  refused:  ['',             'idle close gone',            'idle close gone',            ''],
  due:      ['',             '',                           '',                           'opening open'],
  woke:     ['',             '',                           '= catchUp',                  'opening open'],
}

/** What somebody who comes to watch is told at once, as an event of their tracking; in the other states they wait. */
export const GREETINGS: Readonly<Partial<Record<ConnectionState, 'up' | 'down'>>> = { live: 'up', waiting: 'down' }

/** What follows when `event` happens in `state`. */
export function stepConnection(
  state: ConnectionState,
  event: ConnectionEvent,
): Step<ConnectionState, ConnectionEffect> {
  return stepIn<ConnectionState, ConnectionEffect>(state, TABLE[event][CONNECTION_STATES.indexOf(state)])
}
