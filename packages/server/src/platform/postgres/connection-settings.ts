// How every connection to PostgreSQL is made: types as SQLite gives them, and a limit on each kind of waiting.
import pg from 'pg'

/** How long a connection waits for what, in milliseconds. */
export interface ConnectionPatience {
  readonly connectMsMax: number
  /** The server itself ends a statement that takes longer. */
  readonly statementMsMax: number
  /** For a server that has stopped answering; longer than `statementMsMax`. */
  readonly silenceMsMax: number
  /** The server ends a transaction whose process has stopped sending. */
  readonly idleInTransactionMsMax: number
}

const PATIENCE: ConnectionPatience = {
  connectMsMax: 5_000,
  statementMsMax: 15_000,
  silenceMsMax: 20_000,
  idleInTransactionMsMax: 30_000,
}

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
export function servingSettings(url: string, own: Partial<ConnectionPatience> = {}): pg.ClientConfig {
  const patience = { ...PATIENCE, ...own }
  return {
    ...migratingSettings(url),
    connectionTimeoutMillis: patience.connectMsMax,
    statement_timeout: patience.statementMsMax,
    query_timeout: patience.silenceMsMax,
    idle_in_transaction_session_timeout: patience.idleInTransactionMsMax,
  }
}

/** Settings of the connection that migrates: it may wait for another process that does the same, as long as that takes. */
export function migratingSettings(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    types: TYPES,
    connectionTimeoutMillis: PATIENCE.connectMsMax,
    keepAlive: true,
    application_name: 'ordertrail',
  }
}
