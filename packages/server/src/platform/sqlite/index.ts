// The embedded store: SQLite through node:sqlite.
export { openSqliteStore, type SqliteStoreOptions, type WriteSide } from './open-sqlite-store.ts'
export type { WriteSideModule } from './sqlite-writes.ts'
