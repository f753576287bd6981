// What PostgreSQL's errors, and those of the way to it, mean for the callers of the store.
import { AppError } from '@ordertrail/core'
import pg from 'pg'
import { storeUnavailable } from '../store/index.ts'

const CONFLICT_STATES: ReadonlySet<string> = new Set(['40001', '40P01'])
const DISK_FULL = '53100'
const READ_ONLY = '25006'

const FEATURE_MISSING = '0A000'
/** Prepared statements that are not there, or are there already. */
const UNKNOWN_STATEMENT = /^(26000|42P05)$/
/** Features, values, names of statements, syntax and types. */
const FAULT_OF_STATEMENT = /^(0A|22|26|42)/
/** A server that is going away, or a session that it has ended. 25P03: idle in a transaction for too long. */
const ENDED_SESSION = /^(08...|57P0.|25P0[34])$/
/** Resources, operator's interventions, locks not got in time, system errors: another try may succeed. */
const PASSING = /^(53...|57...|55P03|58...)$/

/** True when the database undid the transaction because of what others do: the same again may well succeed. */
export function isConflict(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (CONFLICT_STATES.has(error.code ?? '') || isStaleStatement(error))
}

/**
 * A newer process has changed a table, and a prepared statement still gives the old columns; or the connection knows other statements
 * than we prepared on it.
 */
function isStaleStatement({ code = '', routine }: pg.DatabaseError): boolean {
  // By its routine: the sentence is in the language of the server.
  return UNKNOWN_STATEMENT.test(code) || (code === FEATURE_MISSING && routine === 'RevalidateCachedQuery')
}

/**
 * True when a prepared statement may have failed only because it was prepared before a migration: the types of its parameters and
 * columns, and what its operators are, stay as they were then. Its text alone may do.
 */
export function mayBeStale(error: unknown): boolean {
  return error instanceof pg.DatabaseError && FAULT_OF_STATEMENT.test(error.code ?? '')
}

/**
 * True when the connection must not be used again.
 *
 * A read-only answer counts: after a failover the old primary is a replica, and a new connection finds the new one. So does
 * a prepared statement that no longer fits.
 */
export function endsConnection(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return isConnectionTrouble(error)
  return ENDED_SESSION.test(error.code ?? '') || error.code === READ_ONLY || isStaleStatement(error)
}

/**
 * What a failed statement is to the callers of the store.
 *
 * @returns an AppError when the store itself failed; else the error as it came, such as a constraint that refused a row
 */
export function postgresFailure(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return isConnectionTrouble(error) ? unavailable(error) : error
  const state = error.code ?? ''
  if (state === DISK_FULL) return new AppError('store_full', { cause: error })
  if (state === READ_ONLY) return new AppError('store_read_only', { cause: error })
  const isPassing = ENDED_SESSION.test(state) || PASSING.test(state) || isStaleStatement(error)
  return isPassing ? unavailable(error) : error
}

/** The driver gives plain errors for sockets, time-outs and closed clients; a value that cannot be sent is a TypeError. */
function isConnectionTrouble(error: unknown): boolean {
  return error instanceof Error && !(error instanceof AppError) && !(error instanceof TypeError)
}

function unavailable(cause: unknown): AppError {
  return storeUnavailable(
    'PostgreSQL did not answer, so it is unknown whether this took effect. Repeat the request.',
    cause,
  )
}
