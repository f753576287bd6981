// The store for many processes: PostgreSQL through pg. Import it only where DATABASE_URL is set; loading pg takes a while.
export { servingSettings } from './connection-settings.ts'
export { openPostgresStore, type PostgresStoreOptions } from './open-postgres-store.ts'
