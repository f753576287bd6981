// The store's front door: contract, commands, rows and set-based writes; below them what its two engines are built from.
export {
  type AnyCommand,
  type BoundCommand,
  bind,
  type Command,
  type GroupHandler,
  oneByOne,
  rareCommand,
} from './command.ts'
// For platform/sqlite and platform/postgres only.
export { type CommandDesk, type Outcome, openCommandDesk, type Report, type Sent } from './command-desk.ts'
export { startGroupWrites } from './group-writes.ts'
export { type IdBlocks, type IdCounter, laterIds, makeIdBlocks, type ReserveIds } from './id-blocks.ts'
export { lockFound } from './lock-found.ts'
export { migrate } from './migrate.ts'
export { boundPing, pingCommand } from './ping.ts'
export {
  findEach,
  insertRows,
  lockRows,
  type NumberPair,
  runEach,
  runText,
  selectColumns,
  selectRows,
  updateRows,
  upsertRows,
} from './set-rows.ts'
export {
  boundSkipTime,
  checkTimeOffset,
  checkTimeSkip,
  readTimeOffset,
  skipTimeCommand,
  TIME_OFFSET_KEY,
} from './skip-time.ts'
export { type Engine, type IdKind, type SqliteTx, type Store, type Tx, WAITING_COMMANDS_MAX } from './store.ts'
export {
  fromPlainError,
  isStoreFailure,
  type PlainError,
  storeConflict,
  storeUnavailable,
  toPlainError,
} from './store-errors.ts'
export { columnsOf, type Row, TABLES, type TableName, type Tables } from './tables.ts'
export { together } from './together.ts'
export type { WakeUp } from './wake-up.ts'
export type { Committed, Settled, TransactionBody, WriteLane } from './write-lane.ts'
