// A process for each role on one PostgreSQL, as an installation of several machines has them.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ROLES, type Role } from '../../platform/config/index.ts'
import { openTestDatabase, TEST_DATABASE_URL } from '../../platform/store/testing/index.ts'

/** What opens the calls of the installation in all these processes. */
export const ROLES_ADMIN_KEY = 'an_admin_key_of_the_acceptance_tests_0123456789'

const PROGRAM = fileURLToPath(new URL('./role-process.ts', import.meta.url))
const SETTINGS = {
  ORDERTRAIL_HOST: '127.0.0.1',
  ORDERTRAIL_PORT: '0',
  ORDERTRAIL_ADMIN_KEY: ROLES_ADMIN_KEY,
  ORDERTRAIL_SECRET_KEY: Buffer.alloc(32, 7).toString('hex'),
  ORDERTRAIL_WEBHOOK_NETWORKS_ALLOWED: '127.0.0.0/8',
  ORDERTRAIL_LOG_LEVEL: 'error',
}

/** Starts them; they end with the test. @returns where each listens */
export async function givenRoles(t: TestContext): Promise<Readonly<Record<Role, string>>> {
  const database = await openTestDatabase(TEST_DATABASE_URL ?? '')
  const started = ROLES.map((role) => startProcess(role, database.url))
  t.after(async () => {
    await Promise.all(started.map(({ stop }) => stop()))
    await database.drop()
  })
  const [api = '', gateway = '', dispatcher = ''] = await Promise.all(started.map(({ url }) => url))
  return { api, gateway, dispatcher }
}

interface RoleProcess {
  readonly url: Promise<string>
  stop(): Promise<void>
}

function startProcess(role: Role, databaseUrl: string): RoleProcess {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const env = { ...SETTINGS, PATH, NODE_COMPILE_CACHE, ORDERTRAIL_ROLE: role, ORDERTRAIL_DATABASE_URL: databaseUrl }
  const child = fork(PROGRAM, { execArgv: ['--conditions=ordertrail-source'], env })
  const exited = once(child, 'exit')
  const ended = exited.then(([code]) => {
    throw new Error(`The process with the role ${role} ended with ${code}.`)
  })
  ended.catch(() => undefined)
  return {
    url: Promise.race([once(child, 'message').then(([url]) => String(url)), ended]),
    stop: async () => {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
