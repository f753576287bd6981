// Arrays arrive in PostgreSQL as they were, whatever is in them.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import fc from 'fast-check'
import { TEST_DATABASE_URL } from '../store/testing/index.ts'
import { servingSettings } from './connection-settings.ts'
import { connectSession, type PostgresSession } from './postgres-session.ts'

const withServer = TEST_DATABASE_URL === undefined ? { skip: 'TEST_DATABASE_URL is not set' } : {}

async function givenSession(t: TestContext): Promise<PostgresSession> {
  const session = await connectSession(servingSettings(TEST_DATABASE_URL ?? ''))
  t.after(() => session.end())
  return session
}

/** What PostgreSQL makes of the arrays, element by element. */
async function throughServer(session: PostgresSession, ids: readonly unknown[], texts: readonly unknown[]) {
  const text = `select id, name from unnest($1::bigint[], $2::text[]) with ordinality as t (id, name, place) order by place`
  const rows = (await session.queryPrepared(text, [ids, texts])).rows as readonly { id: unknown; name: unknown }[]
  return { ids: rows.map(({ id }) => id), texts: rows.map(({ name }) => name) }
}

// PostgreSQL keeps no text with a zero character, and UTF-8 none with half a character.
const anyText = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\u0000', '').toWellFormed())
const awkward = fc.constantFrom(
  '',
  ' ',
  'NULL',
  'null',
  '"',
  '\\',
  '{}',
  '{a,b}',
  'a,b',
  "it's",
  '\n',
  '\ud83d\ude00',
  'é\\"',
)
const rowOf = fc.record({
  id: fc.oneof(fc.maxSafeInteger(), fc.constant(null)),
  name: fc.oneof(anyText, awkward, fc.constant(null)),
})

test('numbers, nulls and texts of any kind arrive as they were', withServer, async (t) => {
  const session = await givenSession(t)
  const property = fc.asyncProperty(fc.array(rowOf, { maxLength: 20 }), async (rows) => {
    const [ids, texts] = [rows.map(({ id }) => id), rows.map(({ name }) => name)]
    assert.deepEqual(await throughServer(session, ids, texts), { ids, texts })
  })
  await fc.assert(property, { numRuns: 200 })
})

test('several that are sent in one turn are not mixed up, however long', withServer, async (t) => {
  const session = await givenSession(t)
  const lengths = [3, 400_000, 1, 30_000]
  const answers = await Promise.all(
    lengths.map((length) => throughServer(session, [length, -length], ['é'.repeat(length), 'end'])),
  )
  assert.deepEqual(
    answers,
    lengths.map((length) => ({ ids: [length, -length], texts: ['é'.repeat(length), 'end'] })),
  )
})

test('what is no number or text is left to the driver', withServer, async (t) => {
  const session = await givenSession(t)
  const answer = await throughServer(session, ['12', 7], [5, false])
  assert.deepEqual(answer, { ids: [12, 7], texts: ['5', 'false'] })
})

test('a zero character and a number that is no integer are refused by PostgreSQL', withServer, async (t) => {
  const session = await givenSession(t)
  await assert.rejects(throughServer(session, [1], ['a\u0000b']), { code: '22021' })
  await assert.rejects(throughServer(session, [1.5], ['a']), { code: '22P02' })
  assert.deepEqual(await throughServer(session, [1], ['a']), { ids: [1], texts: ['a'] })
})
