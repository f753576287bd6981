// Stores with a project and a catalog in them, for tests.
import type { BoundCommand, Store } from '../../platform/store/index.ts'
import { seedRows } from '../../platform/store/testing/index.ts'
import { catalogCommands } from '../catalog-commands.ts'
import type { CatalogFile } from '../catalog-file.ts'
import { type ImportCatalogResult, type ImportMode, importCatalog } from '../import-catalog.ts'
import { parseCatalogFile } from '../parse-catalog-file.ts'

/** The project of the tests. */
export const PROJECT_ID = 44_056

/** Commands of a store that holds catalogs, and those a test brings. */
export function commandsWith(...more: readonly BoundCommand[]): readonly BoundCommand[] {
  return [...catalogCommands(), ...more]
}

/** Makes a merchant and projects, without settings: nothing here reads them. */
export async function givenProjects(store: Store, ...ids: readonly number[]): Promise<void> {
  await store.run(seedRows, { table: 'merchants', rows: [{ id: 1, name: 'M', registered_at: 0, created_at: 0 }] })
  const rows = (ids.length === 0 ? [PROJECT_ID] : ids).map((id) => ({
    id,
    merchant_id: 1,
    name: 'P',
    settings: '{}',
    created_at: 0,
    updated_at: 0,
  }))
  await store.run(seedRows, { table: 'projects', rows })
}

/** A catalog from entries as a file has them; `more` are the other lists of a file. */
async function catalogOf(
  items: readonly Record<string, unknown>[],
  more: Readonly<Record<string, unknown>> = {},
): Promise<CatalogFile> {
  const parsed = await parseCatalogFile(JSON.stringify({ items, ...more }))
  if (parsed.kind === 'parsed') return parsed.catalog
  throw new Error(parsed.faults.map(({ sentence }) => sentence).join(' '))
}

/** Imports entries as a file has them. */
export async function given(
  store: Store,
  items: readonly Record<string, unknown>[],
  mode: ImportMode = 'replace',
  projectId: number = PROJECT_ID,
  more: Readonly<Record<string, unknown>> = {},
): Promise<ImportCatalogResult> {
  return store.run(importCatalog, { projectId, mode, catalog: await catalogOf(items, more), actor: 'test' })
}
