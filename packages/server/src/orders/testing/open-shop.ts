// Opens a shop for a test: one merchant, one project with the demo catalog, and the commands of orders.
import { catalogCommands, type ImportCatalogInput, importCatalog, loadDemoCatalog } from '../../catalog/index.ts'
import type { BoundCommand, Row, Store } from '../../platform/store/index.ts'
import { seedRows, type TestStore, type TestStoreOptions } from '../../platform/store/testing/index.ts'
import { defaultProjectSettings, type ProjectSettingsPatch, patchedSettings } from '../../projects/index.ts'
import { orderCommands } from '../index.ts'
import { givenWebhook, PROJECT_ID } from './given-rows.ts'
import { Shop } from './shop.ts'
import { testCommands } from './test-commands.ts'

const MERCHANT_ID = 1001
const COMBINED_SINCE = Date.UTC(2025, 5, 1)

/** How a shop differs from a new one, whose webhooks are combined. `webhook` null: no settings were ever made. */
export interface GivenShop {
  readonly settings?: ProjectSettingsPatch
  readonly webhook?: Partial<Row<'webhook_settings'>> | null
  readonly commands?: readonly BoundCommand[]
}

/** A test, as far as cleaning up goes. */
interface Ending {
  after(end: () => Promise<void>): void
}

/** Opens a shop that is stopped at the end of test `t`. */
export async function openShop(
  t: Ending,
  open: (options?: TestStoreOptions) => Promise<TestStore>,
  given: GivenShop = {},
): Promise<Shop> {
  const orders = orderCommands({ onOrdersCreated: async () => {} })
  const commands = [...orders, ...catalogCommands(), ...testCommands, ...(given.commands ?? [])]
  const { store, stop } = await open({ commands })
  t.after(stop)
  await seedProject(store, given)
  return new Shop(store)
}

/** Puts the merchant, the project, its webhook settings and the demo catalog into an empty store. */
export async function seedProject(store: Store, { settings = {}, webhook = {} }: GivenShop): Promise<void> {
  const merchant = { id: MERCHANT_ID, name: 'Studio', registered_at: COMBINED_SINCE, created_at: 0 }
  await store.run(seedRows, { table: 'merchants', rows: [merchant] })
  const project = {
    id: PROJECT_ID,
    merchant_id: MERCHANT_ID,
    name: 'Shop',
    settings: JSON.stringify(patchedSettings(defaultProjectSettings, settings)),
    created_at: 0,
    updated_at: 0,
  }
  await store.run(seedRows, { table: 'projects', rows: [project] })
  if (webhook !== null) await store.run(seedRows, { table: 'webhook_settings', rows: [givenWebhook(webhook)] })
  const catalog: ImportCatalogInput = {
    projectId: PROJECT_ID,
    mode: 'replace',
    catalog: loadDemoCatalog(),
    actor: 'test',
  }
  await store.run(importCatalog, catalog)
}
