// How every connection to PostgreSQL is made: types as SQLite gives them, and a limit on each kind of waiting.
import pg from 'pg'

const CONNECT_MS_MAX = 5_000
const STATEMENT_MS_MAX = 15_000
/** Longer than the server's own limit: it is for a server that has stopped answering. */
const SILENCE_MS_MAX = 20_000
const IDLE_IN_TRANSACTION_MS_MAX = 30_000

const INT8 = 20
const JSON_TYPE = 114
const JSONB = 3802

const asText = (text: string): string => text

/** int8 comes as a number (all of ours are below 2^53), JSON as text. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (oid === INT8) return Number
    return oid === JSON_TYPE || oid === JSONB ? asText : pg.types.getTypeParser(oid, format)
  },
}

/** Settings of a connection that serves requests. */
export function servingSettings(url: string): pg.ClientConfig {
  return {
    ...migratingSettings(url),
    statement_timeout: STATEMENT_MS_MAX,
    query_timeout: SILENCE_MS_MAX,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
  }
}

/** Settings of the connection that migrates: it may wait for another node that does the same, as long as that takes. */
export function migratingSettings(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    types: TYPES,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
    application_name: 'ordertrail',
  }
}
