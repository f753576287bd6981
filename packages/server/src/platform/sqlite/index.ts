// The embedded store: SQLite through node:sqlite.
export { openSqliteStore, type SqliteStoreOptions } from './open-sqlite-store.ts'
