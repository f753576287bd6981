// What errors of PostgreSQL, and of the way to it, become.
import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '@ordertrail/core'
import pg from 'pg'
import { endsConnection, isConflict, mayBeStale, postgresFailure } from './postgres-errors.ts'

function stateError(code: string, routine = 'exec_stmt'): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('refused', 0, 'error'), { code, routine })
}

/** What an error means: the code for callers, whether it is tried again, whether the connection goes. */
function meaningOf(error: unknown): readonly unknown[] {
  const failure = postgresFailure(error)
  return [failure instanceof AppError ? failure.code : 'as it came', isConflict(error), endsConnection(error)]
}

const MEANINGS: readonly (readonly [string, unknown, readonly unknown[]])[] = [
  ['unique violation', stateError('23505'), ['as it came', false, false]],
  ['check violation', stateError('23514'), ['as it came', false, false]],
  ['syntax error', stateError('42601'), ['as it came', false, false]],
  ['deadlock', stateError('40P01'), ['as it came', true, false]],
  ['serialization failure', stateError('40001'), ['as it came', true, false]],
  ['stale prepared statement', stateError('0A000', 'RevalidateCachedQuery'), ['store_unavailable', true, true]],
  ['prepared statement that is not there', stateError('26000'), ['store_unavailable', true, true]],
  ['prepared statement that is there already', stateError('42P05'), ['store_unavailable', true, true]],
  ['feature that is not there', stateError('0A000'), ['as it came', false, false]],
  ['shutdown by the administrator', stateError('57P01'), ['store_unavailable', false, true]],
  ['server that is starting', stateError('57P03'), ['store_unavailable', false, true]],
  ['broken connection', stateError('08006'), ['store_unavailable', false, true]],
  ['transaction left idle', stateError('25P03'), ['store_unavailable', false, true]],
  ['too many connections', stateError('53300'), ['store_unavailable', false, false]],
  ['statement that took too long', stateError('57014'), ['store_unavailable', false, false]],
  ['lock not got in time', stateError('55P03'), ['store_unavailable', false, false]],
  ['full disk', stateError('53100'), ['store_full', false, false]],
  ['replica', stateError('25006'), ['store_read_only', false, true]],
  [
    'socket',
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    ['store_unavailable', false, true],
  ],
  ['closed client', new Error('Connection terminated unexpectedly'), ['store_unavailable', false, true]],
  ['value that cannot be sent', new TypeError('circular'), ['as it came', false, false]],
]
for (const [name, error, meaning] of MEANINGS) {
  test(`${name}: ${meaning.join(', ')}`, () => assert.deepEqual(meaningOf(error), meaning))
}

test('the reason stays with the error, for the logs', () => {
  const reason = stateError('57P01')
  assert.equal((postgresFailure(reason) as AppError).cause, reason)
})

test('only what the statement itself is to blame for may be the fault of having been prepared', () => {
  const states = ['0A000', '22003', '26000', '42883', '42P05', '23505', '40001', '53300', '57014', '57P01', '25006']
  const blamed = states.filter((state) => mayBeStale(stateError(state)))
  assert.deepEqual(blamed, ['0A000', '22003', '26000', '42883', '42P05'])
  assert.equal(mayBeStale(new Error('socket')), false)
})
