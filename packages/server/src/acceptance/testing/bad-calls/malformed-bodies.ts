// Bodies that no call can read.
import { type BadCall, calls, PATHS, raw } from './bad-call.ts'

const MIB = 1024 * 1024

/** Bodies that are no JSON, too large, too deep or of another type. */
export const MALFORMED: readonly BadCall[] = calls([
  ['half an object', 'POST', PATHS.BUY, 'player', raw('{"quantity":'), 400, 1004],
  ['two documents', 'POST', PATHS.BUY, 'player', raw('{} {}'), 400, 1004],
  ['a trailing comma', 'POST', PATHS.BUY, 'player', raw('{"quantity":1,}'), 400, 1004],
  ['single quotes', 'POST', PATHS.BUY, 'player', raw("{'quantity':1}"), 400, 1004],
  ['NaN', 'POST', PATHS.BUY, 'player', raw('{"quantity":NaN}'), 400, 1004],
  [
    'bytes that are none of UTF-8',
    'POST',
    PATHS.BUY,
    'player',
    { rawBody: Buffer.from([0xff, 0xfe, 0x7b]) },
    400,
    1004,
  ],
  ['ten thousand levels', 'POST', PATHS.BUY, 'player', raw(`{"settings":${'['.repeat(10_000)}`), 400, 1004],
  ['a body of more than 1 MiB', 'POST', PATHS.BUY, 'player', raw(`{"locale":"${'x'.repeat(MIB)}"}`), 413, 0],
  ['plain text', 'POST', PATHS.BUY, 'player', raw('{}', 'text/plain'), 415, 0],
  ['a form', 'POST', PATHS.BUY, 'player', raw('quantity=1', 'application/x-www-form-urlencoded'), 415, 0],
  ['JSON under a wrong name', 'POST', PATHS.BUY, 'player', raw('{}', 'application/jsonp'), 415, 0],
  ['half an object to us', 'PATCH', PATHS.SETTINGS, 'project', raw('{'), 400, 'body_malformed'],
  ['a form to us', 'PATCH', PATHS.SETTINGS, 'project', raw('a=1', 'text/plain'), 415, 'content_type_refused'],
  ['too much to us', 'PATCH', PATHS.SETTINGS, 'project', raw(`"${'x'.repeat(MIB)}"`), 413, 'body_too_large'],
])
