import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { AppError } from '@ordertrail/core'
import { createSeal } from '../seal.ts'
import { type ConfigProblem, printConfig, type ReadConfigOptions, readConfig, SETTINGS } from './index.ts'

const secretKey = Buffer.alloc(32, 7).toString('base64')
const adminKey = 'admin-key-of-thirty-two-characters'
const START_ENV = { ORDERTRAIL_SECRET_KEY: secretKey, ORDERTRAIL_ADMIN_KEY: adminKey }

async function givenFolder(t: TestContext, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ordertrail-config-'))
  t.after(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

async function problemsOf(options: ReadConfigOptions): Promise<readonly ConfigProblem[]> {
  try {
    await readConfig(options)
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'config_invalid')
    const problems = error.details.problems as readonly ConfigProblem[]
    for (const { sentence } of problems) assert.ok(error.message.includes(sentence))
    return problems
  }
  return []
}

test('needs nothing in dev, and keys of the operator in start', async (t) => {
  const folder = await givenFolder(t)
  const { config, sources } = await readConfig({ mode: 'dev', env: {}, folder })
  assert.deepEqual(
    [config.mode, config.port, config.host, config.role, config.databaseUrl],
    ['dev', 4400, '127.0.0.1', ['api', 'gateway', 'dispatcher'], null],
  )
  assert.deepEqual(new Set(Object.values(sources)), new Set(['default']))
  assert.equal(createSeal([config.secretKey]).unseal(createSeal([config.secretKey]).seal('x')), 'x')
  const missing = await problemsOf({ mode: 'start', env: {}, folder })
  assert.deepEqual(
    missing.map(({ setting, value }) => [setting, value]),
    [
      ['secretKey', null],
      ['adminKey', null],
    ],
  )
  assert.match(missing[0]?.sentence ?? '', /^ORDERTRAIL_SECRET_KEY is required\. .*openssl rand -base64 32$/)
  const started = await readConfig({ mode: 'start', env: START_ENV, folder })
  assert.deepEqual(
    [started.config.host, started.config.allowTimeSkip, started.config.isMetricsOn],
    ['0.0.0.0', false, true],
  )
})

test('takes flags before the environment, and the environment before the file', async (t) => {
  const folder = await givenFolder(t, {
    'ordertrail.config.json': JSON.stringify({
      port: 1111,
      role: 'all',
      logLevel: 'warn',
      trustedProxies: ['10.0.0.0/8', '::1'],
    }),
  })
  const { config, sources } = await readConfig({
    mode: 'dev',
    env: { ORDERTRAIL_PORT: '2222', ORDERTRAIL_LOG_LEVEL: 'error', ORDERTRAIL_HOST: '' },
    overrides: { port: '3333' },
    folder,
  })
  assert.deepEqual([config.port, sources.port], [3333, 'flag'])
  assert.deepEqual([config.logLevel, sources.logLevel], ['error', 'environment'])
  assert.deepEqual([config.trustedProxies, sources.trustedProxies], [['10.0.0.0/8', '::1'], 'file'])
  assert.deepEqual([config.host, sources.host], ['127.0.0.1', 'default'])
})

test('reads YAML and the file that was named', async (t) => {
  const folder = await givenFolder(t, {
    'ordertrail.config.yaml': 'port: 1\n',
    'other.yml': 'port: 2\nisMetricsOn: yes\n',
    'empty.yaml': '',
  })
  const found = await readConfig({ mode: 'dev', env: {}, folder })
  const named = await readConfig({ mode: 'dev', env: {}, folder, configPath: 'other.yml' })
  const empty = await readConfig({ mode: 'dev', env: {}, folder, configPath: 'empty.yaml' })
  assert.deepEqual(
    [found.config.port, named.config.port, named.config.isMetricsOn, empty.config.port],
    [1, 2, true, 4400],
  )
})

test('tells every wrong setting at once, with its value and what to do', async (t) => {
  const folder = await givenFolder(t, {
    'ordertrail.config.json': '{"deliveriesInFlightMax":0,"prot":4400,"trustedProxies":["10.0.0.0/99"]}',
  })
  const env = {
    ORDERTRAIL_PORT: '70000',
    ORDERTRAIL_ROLE: 'worker',
    ORDERTRAIL_SECRET_KEY: 'hunter2',
    ORDERTRAIL_DATABASE_URL: 'mysql://a:hunter2@b',
  }
  const problems = await problemsOf({ mode: 'dev', env, folder })
  assert.deepEqual(
    problems.map(({ setting, value }) => [setting, value]),
    [
      ['prot', null],
      ['port', '"70000"'],
      ['role', '"worker"'],
      ['databaseUrl', '(hidden)'],
      ['secretKey', '(hidden)'],
      ['trustedProxies', '["10.0.0.0/99"]'],
      ['deliveriesInFlightMax', '0'],
    ],
  )
  const sentences = problems.map(({ sentence }) => sentence)
  assert.equal(
    sentences[1],
    'ORDERTRAIL_PORT must be a whole number from 0 to 65535, got "70000". Port to listen on; 0 takes a free one.',
  )
  assert.doesNotMatch(sentences.join(), /hunter2/)
})

const REFUSED: readonly (readonly [name: string, variable: string, value: string])[] = [
  ['port', 'ORDERTRAIL_PORT', '80a'],
  ['port', 'ORDERTRAIL_PORT', '-1'],
  ['adminKey', 'ORDERTRAIL_ADMIN_KEY', 'short'],
  ['secretKeysOld', 'ORDERTRAIL_SECRET_KEYS_OLD', `${secretKey},short`],
  ['allowTimeSkip', 'ORDERTRAIL_ALLOW_TIME_SKIP', 'maybe'],
  ['deliveryDeadlineMs', 'ORDERTRAIL_DELIVERY_DEADLINE_MS', '999'],
  ['deliveryLeaseMarginMs', 'ORDERTRAIL_DELIVERY_LEASE_MARGIN_MS', '499'],
  ['webhookPortsAllowed', 'ORDERTRAIL_WEBHOOK_PORTS_ALLOWED', '8443,0'],
  ['broker', 'ORDERTRAIL_BROKER', 'redis'],
  ['natsServers', 'ORDERTRAIL_NATS_URL', 'nats://a:4222,http://b'],
  ['natsServers', 'ORDERTRAIL_NATS_URL', 'nats://a:4222/path'],
  ['natsPrefix', 'ORDERTRAIL_NATS_PREFIX', 'a.b'],
]

for (const [name, variable, value] of REFUSED) {
  test(`refuses ${variable}=${value.slice(-20)}`, async (t) => {
    const problems = await problemsOf({ mode: 'dev', env: { [variable]: value }, folder: await givenFolder(t) })
    assert.deepEqual(
      problems.map(({ setting }) => setting),
      [name],
    )
  })
}

test('refuses settings that contradict each other', async (t) => {
  const folder = await givenFolder(t)
  const role = await problemsOf({ mode: 'start', env: { ...START_ENV, ORDERTRAIL_ROLE: 'gateway' }, folder })
  assert.deepEqual(
    role.map(({ setting }) => setting),
    ['role'],
  )
  const skip = await problemsOf({ mode: 'start', env: { ...START_ENV, ORDERTRAIL_ALLOW_TIME_SKIP: 'true' }, folder })
  assert.deepEqual(
    skip.map(({ setting }) => setting),
    ['allowTimeSkip'],
  )
})

test('a process may hold some roles on PostgreSQL, and holds all on SQLite', async (t) => {
  const folder = await givenFolder(t)
  const rolesIn = async (ORDERTRAIL_ROLE: string, database: Readonly<Record<string, string>>): Promise<unknown> =>
    readConfig({ mode: 'start', env: { ...START_ENV, ORDERTRAIL_ROLE, ...database }, folder }).then(
      ({ config }) => config.role.join(' '),
      ({ code, details }: AppError) => [code, (details.problems as readonly ConfigProblem[])[0]?.setting],
    )
  const all = 'api gateway dispatcher'
  const refused = ['config_invalid', 'role']
  const cases: readonly (readonly [text: string, onPostgres: unknown, onSqlite: unknown])[] = [
    ['all', all, all],
    ['gateway', 'gateway', refused],
    ['dispatcher, api,api', 'api dispatcher', refused],
    ['dispatcher,gateway,api', all, all],
    ['all,api', all, all],
    ['worker', refused, refused],
    ['api,worker', refused, refused],
    [',', refused, refused],
  ]
  for (const [text, onPostgres, onSqlite] of cases) {
    const database = { DATABASE_URL: 'postgresql://db/shop' }
    assert.deepEqual([await rolesIn(text, database), await rolesIn(text, {})], [onPostgres, onSqlite], text)
  }
})

test('a broker between nodes needs PostgreSQL, and nats its address', async (t) => {
  const folder = await givenFolder(t)
  const wrong = async (env: Record<string, string>): Promise<readonly string[]> =>
    (await problemsOf({ mode: 'start', env: { ...START_ENV, ...env }, folder })).map(({ setting }) => setting)
  const DATABASE_URL = 'postgresql://db/shop'
  const NATS_URL = 'nats://nats:4222'
  assert.deepEqual(await wrong({ BROKER: 'postgres' }), ['broker'])
  assert.deepEqual(await wrong({ BROKER: 'nats', NATS_URL }), ['broker'])
  assert.deepEqual(await wrong({ BROKER: 'nats', DATABASE_URL }), ['natsServers'])
  assert.deepEqual(await wrong({ BROKER: 'memory', DATABASE_URL }), [])
  assert.deepEqual(await wrong({ BROKER: 'nats', DATABASE_URL, NATS_URL }), [])
})

test('reads the addresses of NATS, and prints no password of theirs', async (t) => {
  const env = { ...START_ENV, ORDERTRAIL_NATS_URL: 'nats://shop:hunter%202@a, tls://token@[::1]:5222,nats://b:1' }
  const read = await readConfig({ mode: 'start', env, folder: await givenFolder(t) })
  assert.deepEqual(read.config.natsServers, [
    { host: 'a', port: 4222, isTls: false, user: { name: 'shop', password: 'hunter 2' }, token: null },
    { host: '::1', port: 5222, isTls: true, user: null, token: 'token' },
    { host: 'b', port: 1, isTls: false, user: null, token: null },
  ])
  assert.match(printConfig(read), /^natsServers +\(hidden\) +environment$/m)
})

test('refuses a file that is absent or no settings', async (t) => {
  const folder = await givenFolder(t, { 'list.yaml': '- a', 'broken.json': '{"port":' })
  for (const configPath of ['absent.json', 'list.yaml', 'broken.json']) {
    const problems = await problemsOf({ mode: 'dev', env: {}, folder, configPath })
    assert.deepEqual(
      problems.map(({ setting }) => setting),
      ['--config'],
      configPath,
    )
  }
})

test('reads secrets from mounted files', async (t) => {
  const folder = await givenFolder(t, { key: `${secretKey}\n` })
  const env = { ORDERTRAIL_SECRET_KEY_FILE: join(folder, 'key'), ORDERTRAIL_ADMIN_KEY: adminKey }
  const { config, sources, warnings } = await readConfig({ mode: 'start', env, folder })
  assert.deepEqual(
    [Buffer.from(config.secretKey).toString('base64'), sources.secretKey, warnings],
    [secretKey, 'environment', []],
  )
  const absent = await problemsOf({ mode: 'start', env: { ...env, ORDERTRAIL_SECRET_KEY_FILE: '/absent' }, folder })
  assert.deepEqual(
    absent.map(({ setting }) => setting),
    ['secretKey'],
  )
})

test('warns of variables that look like settings and are none', async (t) => {
  const env = { ORDERTRAIL_PROT: '1', ORDERTRAIL_TEST_DATABASE_URL: 'x', OTHER: 'y' }
  const { warnings } = await readConfig({ mode: 'dev', env, folder: await givenFolder(t) })
  assert.deepEqual(warnings, ['ORDERTRAIL_PROT is set but is no setting of this version.'])
})

test('prints every setting with its source and no secret', async (t) => {
  const env = { ...START_ENV, DATABASE_URL: 'postgresql://shop:hunter2@db/shop', PORT: '80' }
  const printed = printConfig(await readConfig({ mode: 'start', env, folder: await givenFolder(t) }))
  for (const name of Object.keys(SETTINGS)) assert.match(printed, new RegExp(`^${name} `, 'm'))
  assert.match(printed, /^mode start$/m)
  assert.match(printed, /^port +80 +environment$/m)
  assert.match(printed, /^databaseUrl +\(hidden\) +environment$/m)
  assert.match(printed, /^storePath +\S+ +default$/m)
  for (const secret of ['hunter2', secretKey, adminKey]) assert.ok(!printed.includes(secret))
})

test('in dev DATABASE_URL and PORT belong to the game on the same machine', async () => {
  const env = { DATABASE_URL: 'postgresql://game/game', PORT: '3000' }
  const { config } = await readConfig({ mode: 'dev', env })
  assert.deepEqual([config.databaseUrl, config.port], [null, 4400])
})
