import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { givenFolder } from '../testing/given-folder.ts'
import { ORDERTRAIL, runToEnd, type SpawnOptions, spawnProgram } from '../testing/spawn-program.ts'

const START_ENV = {
  ORDERTRAIL_SECRET_KEY: randomBytes(32).toString('base64'),
  ORDERTRAIL_ADMIN_KEY: 'an-admin-key-of-more-than-32-characters',
}

async function givenStarted(t: TestContext, options: SpawnOptions): Promise<ReturnType<typeof spawnProgram>> {
  const flags = ['--host', '127.0.0.1', '--port', '0', '--data', await givenFolder(t)]
  const program = spawnProgram([...ORDERTRAIL, 'start', ...flags], options)
  t.after(() => program.end('SIGKILL'))
  return program
}

test('names every setting that is missing or wrong, and starts nothing', async (t) => {
  const folder = await givenFolder(t)
  const { code, stdout, stderr } = await runToEnd([...ORDERTRAIL, 'start'], { folder, env: { PORT: '70000' } })
  assert.deepEqual([code, stdout], [1, ''])
  const lines = stderr.trim().split('\n')
  assert.equal(lines[0], 'The configuration has 3 problems:')
  for (const name of ['PORT must be', 'ORDERTRAIL_SECRET_KEY is required', 'ORDERTRAIL_ADMIN_KEY is required']) {
    assert.ok(
      lines.some((line) => line.startsWith(`- ${name}`)),
      name,
    )
  }
})

test('a SQLite file has one process with all roles', async (t) => {
  const flags = ['--data', await givenFolder(t), '--role', 'api,dispatcher']
  const { code, stderr } = await runToEnd([...ORDERTRAIL, 'start', ...flags], { env: START_ENV })
  assert.equal(code, 1)
  assert.match(stderr, /^- The role api,dispatcher needs PostgreSQL: /m)
})

test('logs where it listens as JSON on standard error, has no demo project, moves no time, and ends in order on SIGTERM', async (t) => {
  const program = await givenStarted(t, { env: START_ENV })
  const [url] = await program.wrote(/http:\/\/127\.0\.0\.1:\d+/)
  assert.equal((await fetch(`${url}/readyz`)).status, 200)
  const items = await fetch(`${url}/api/v2/project/44056/items`)
  const skipped = await runToEnd([...ORDERTRAIL, 'time', 'skip', '25m', '--url', url])
  assert.deepEqual([items.status, skipped.code, skipped.stdout], [404, 1, ''])
  const { code, stdout, stderr } = await program.end('SIGTERM')
  assert.deepEqual([code, stdout], [0, ''])
  const lines = stderr
    .trim()
    .split('\n')
    .map((line): { msg: string } => JSON.parse(line))
  assert.ok(lines.some(({ msg }) => msg === 'server.started'))
})

test('the admin key may be read from a mounted file', async (t) => {
  const { ORDERTRAIL_ADMIN_KEY, ...rest } = START_ENV
  const env = { ...rest, ORDERTRAIL_ADMIN_KEY_FILE: '/absent/admin-key' }
  const { code, stderr } = await runToEnd([...ORDERTRAIL, 'start'], { folder: await givenFolder(t), env })
  assert.equal(code, 1)
  assert.match(stderr, /ORDERTRAIL_ADMIN_KEY_FILE names a file that cannot be read/)
})
