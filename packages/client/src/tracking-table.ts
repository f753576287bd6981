// The life of one tracking as a table: every state and event, and what follows. No I/O, no clock.
import { type Cell, type Step, stepIn } from './table.ts'

/** States from left to right as the table has them; `ended` stands behind them and ignores everything. */
export const TRACKING_STATES = [
  'opening',
  'watching',
  'covering',
  'polling',
  'detailing',
  'parting',
  'expiring',
  'ended',
] as const

/**
 * - opening: waits for the socket, asks nothing
 * - watching: the socket is live
 * - covering: the socket comes back soon; polls meanwhile
 * - polling: no socket any more
 * - detailing: the final status is known, its content is not
 * - parting, expiring: the window was closed, the time is over; one last look is under way
 */
export type TrackingState = (typeof TRACKING_STATES)[number]

/**
 * - up: the socket is live and has told what it knows of the past
 * - down, gone: the socket was lost and will be tried again, or will not, or was used long enough
 * - paid, final: such a status came; content: a final one with the order's content (other statuses are told and decide nothing)
 * - looked, unheard, failed: a look was answered (its status came before), was not, or never will be
 * - due: it is time to look; woke: the page or the network came back
 * - closed, graceOver: the payment window was closed, and its time of grace is over
 * - timeUp, abort: the time is over; somebody gave up
 */
export type TrackingEvent =
  | 'up'
  | 'down'
  | 'gone'
  | 'paid'
  | 'final'
  | 'content'
  | 'looked'
  | 'unheard'
  | 'failed'
  | 'due'
  | 'woke'
  | 'closed'
  | 'graceOver'
  | 'timeUp'
  | 'abort'

/**
 * - leave: needs no socket any more; look: ask now; lastLook: the same, unless the store wants to be left alone
 * - wait: look again after the interval
 * - grace, trust: start and forget the time of grace; hurry: details have to come soon
 * - complete, fail, expire, part, abort: the outcome
 */
export type TrackingEffect =
  | 'leave'
  | 'look'
  | 'lastLook'
  | 'wait'
  | 'grace'
  | 'trust'
  | 'hurry'
  | 'complete'
  | 'fail'
  | 'expire'
  | 'part'
  | 'abort'

type TrackingCell = Cell<TrackingState, TrackingEffect>
type Row = readonly [
  opening: TrackingCell,
  watching: TrackingCell,
  covering: TrackingCell,
  polling: TrackingCell,
  detailing: TrackingCell,
  parting: TrackingCell,
  expiring: TrackingCell,
]

/** A row for what means the same before the end is near: one cell for the first four states, then the others. */
const row = (cell: TrackingCell, ...others: [TrackingCell, TrackingCell, TrackingCell]): Row => [
  cell,
  cell,
  cell,
  cell,
  ...others,
]

// Each cell: the next state (=: the same) and what is done; empty: ignored. An `up` is followed by a look, so that no history is trusted
// blindly: servers cut it, and one that holds nothing of an order may be that of somebody else.
// biome-ignore format: a table is read by its columns.
const TABLE: Readonly<Record<TrackingEvent, Row>> = {
  //             opening               watching              covering         polling           detailing         parting                 expiring
  up:           ['watching look',      '= look',             'watching look', 'watching look',  '',               '',                     ''],
  down:         ['covering look',      'covering look',      '',              '',               '',               '',                     ''],
  gone:         ['polling leave look', 'polling leave look', 'polling leave', '',               '',               '',                     ''],
  looked:       ['',                   '',                   '= wait',        '= wait',         'ended complete', 'ended part',           'ended expire'],
  unheard:      ['',                   '= wait',             '= wait',        '= wait',         '= wait',         'ended part',           'ended expire'],
  paid:      row('= trust',                                                                     '',               'polling',              ''),
  final:     row('detailing leave hurry look',                                                  '',               'detailing hurry look', 'ended complete'),
  content:   row('ended complete',                                                              'ended complete', 'ended complete',       'ended complete'),
  failed:    row('ended fail',                                                                  'ended complete', 'ended fail',           'ended fail'),
  due:       row('= look',                                                                      '= look',         '',                     ''),
  woke:      row('= look',                                                                      '= look',         '',                     ''),
  closed:    row('= grace look',                                                                '',               '',                     ''),
  graceOver: row('parting leave lastLook',                                                      '',               '',                     ''),
  timeUp:    row('expiring leave lastLook',                                                     'ended complete', 'expiring',                     ''),
  abort:     row('ended abort',                                                                 'ended abort',    'ended abort',          'ended abort'),
}

/** What follows when `event` happens in `state`. */
export function stepTracking(state: TrackingState, event: TrackingEvent): Step<TrackingState, TrackingEffect> {
  return stepIn<TrackingState, TrackingEffect>(state, TABLE[event][TRACKING_STATES.indexOf(state)])
}
