// Before and after a whole test run: the servers that its tests need, given to them by environment variables.
//   TEST_DATABASE_URL  a PostgreSQL where tests may create databases; set it to use your own
//   TEST_NATS_URL      a NATS server; set it to use your own
//   ORDERTRAIL_TEST_POSTGRES_BIN  folder of the PostgreSQL binaries to start instead of those from npm
//   ORDERTRAIL_TEST_BUNDLES  set for use-bundles.mjs
// Another variable that stays unset means that the server is absent here: its tests report themselves as skipped.
import { bundlePackages } from './bundle-packages.ts'
import type { GuardedService } from './guarded-service.ts'
import { startTestNats } from './test-nats.ts'
import { startTestPostgres } from './test-postgres.ts'

let services: readonly GuardedService[] = []

/** Starts what is not given by URL. Called by node:test once, before the first test file. */
export async function globalSetup(): Promise<void> {
  process.env.ORDERTRAIL_TEST_BUNDLES = JSON.stringify(await bundlePackages())
  const binFolder = process.env.ORDERTRAIL_TEST_POSTGRES_BIN
  const started = await Promise.allSettled([
    provide('TEST_DATABASE_URL', () => startTestPostgres(binFolder)),
    provide('TEST_NATS_URL', startTestNats),
  ])
  services = started.flatMap((result) =>
    result.status === 'fulfilled' && result.value !== undefined ? [result.value] : [],
  )
  const failed = started.find((result) => result.status === 'rejected')
  if (failed === undefined) return
  await globalTeardown()
  throw failed.reason
}

/** Ends what was started. Called by node:test once, after the last test file. */
export async function globalTeardown(): Promise<void> {
  await Promise.all(services.map((service) => service.stop()))
  services = []
}

/** Leaves a variable that is set alone; else sets it to the URL of what `start` gives. */
async function provide(
  variable: string,
  start: () => Promise<GuardedService | undefined>,
): Promise<GuardedService | undefined> {
  if ((process.env[variable] ?? '') !== '') return undefined
  const service = await start()
  if (service !== undefined) process.env[variable] = service.url
  return service
}
