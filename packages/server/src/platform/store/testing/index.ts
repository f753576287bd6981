// Stores for tests: a fresh one per call, on every engine that is there.
export { countStatements } from './count-statements.ts'
export {
  eachStore,
  filePlace,
  openIn,
  openTestStore,
  type TestEngine,
  type TestStore,
  type TestStoreOptions,
} from './open-test-store.ts'
export { boundSeedRows, seedRows } from './seed-rows.ts'
export { openTestDatabase, TEST_DATABASE_URL, type TestDatabase } from './test-database.ts'
