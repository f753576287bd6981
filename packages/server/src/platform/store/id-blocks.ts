// Ids: taken from blocks that are reserved in the database ahead of use, so that an id is never given twice.
import { AppError } from '@ordertrail/core'
import type { IdKind } from './store.ts'
import type { Row } from './tables.ts'
import type { WakeUp } from './wake-up.ts'

/** How the ids of one kind are numbered. */
interface IdRule {
  /** True: each project counts for itself; false: one count for the installation, kept as project 0. */
  readonly isPerProject: boolean
  readonly first: number
  readonly last: number
  readonly blockSize: number
}

const INT32_MAX = 2_147_483_647
const PER_PROJECT: IdRule = { isPerProject: true, first: 10_000_001, last: INT32_MAX, blockSize: 100 }
const PER_INSTALLATION: IdRule = { isPerProject: false, first: 1, last: Number.MAX_SAFE_INTEGER, blockSize: 1_000 }

const ID_RULES: Readonly<Record<IdKind, IdRule>> = {
  order: PER_PROJECT,
  event: PER_PROJECT,
  // Begins high, so that nobody takes a transaction id for an order id.
  transaction: { ...PER_INSTALLATION, first: 1_000_000_001 },
  refund: PER_INSTALLATION,
  notification: PER_INSTALLATION,
  delivery: PER_INSTALLATION,
  // People read and type them, and there are few.
  recovery: { ...PER_INSTALLATION, blockSize: 1 },
  payment_event: PER_INSTALLATION,
  audit: PER_INSTALLATION,
  item: PER_INSTALLATION,
  promotion: PER_INSTALLATION,
}

/**
 * Rows of id_blocks for a store that has given no ids yet, so that those of games begin `offset` later than usual.
 *
 * What a listener remembers of one store then says nothing about the next.
 */
export function laterIds(projectId: number, offset: number): readonly Row<'id_blocks'>[] {
  const kinds: readonly IdKind[] = ['order', 'event', 'transaction', 'refund', 'notification', 'delivery']
  return kinds.map((kind) => ({
    project_id: ID_RULES[kind].isPerProject ? projectId : 0,
    kind,
    next_id: ID_RULES[kind].first + offset,
  }))
}

/** Part of the range after which an alarm is raised. */
const ALARM_SHARE = 0.9

/** Whose ids are reserved: a row of id_blocks. `first` is where the count begins when there is no row yet. */
export interface IdCounter {
  readonly projectId: number
  readonly kind: IdKind
  readonly first: number
}

/**
 * Moves the counter on by `count` in the database, in a way that no later rollback undoes for others.
 *
 * @returns the counter's new value: the block ends just before it
 */
export type ReserveIds = (counter: IdCounter, count: number) => Promise<number>

/** The ids of one process. */
export interface IdBlocks {
  /**
   * `count` ids, ascending; never one that was given before.
   *
   * @param wake gets an alarm, once per process and counter, when 90 % of the range is used
   * @throws AppError ids_exhausted
   */
  take(
    projectId: number,
    kind: IdKind,
    count: number,
    reserve: ReserveIds,
    wake: (wakeUp: WakeUp) => void,
  ): Promise<readonly number[]>
}

/** What is left of the block of one counter. */
interface Block {
  next: number
  end: number
  hasAlarmed: boolean
  /** A reservation under way; others wait for it instead of making their own. */
  reserving: Promise<void> | null
}

/**
 * Makes the blocks of a process.
 *
 * @param blockSizes kinds whose blocks differ from the rule; 0: exactly what is asked for
 */
export function makeIdBlocks(blockSizes: Partial<Readonly<Record<IdKind, number>>> = {}): IdBlocks {
  const blocks = new Map<string, Block>()
  return {
    take: async (projectId, kind, count, reserve, wake) => {
      const rule = { ...ID_RULES[kind], blockSize: blockSizes[kind] ?? ID_RULES[kind].blockSize }
      const counter = { projectId: rule.isPerProject ? projectId : 0, kind, first: rule.first }
      const block = blockOf(blocks, counter)
      const ids = await takeFrom(block, rule, counter, count, reserve)
      if (!block.hasAlarmed && usedShare(rule, block.next) >= ALARM_SHARE) {
        block.hasAlarmed = true
        wake(nearlyExhausted(projectId, kind, rule))
      }
      return ids
    },
  }
}

function blockOf(blocks: Map<string, Block>, { projectId, kind }: IdCounter): Block {
  const key = `${projectId}:${kind}`
  const block = blocks.get(key) ?? { next: 0, end: 0, hasAlarmed: false, reserving: null }
  blocks.set(key, block)
  return block
}

async function takeFrom(
  block: Block,
  rule: IdRule,
  counter: IdCounter,
  count: number,
  reserve: ReserveIds,
): Promise<readonly number[]> {
  const ids: number[] = []
  for (;;) {
    while (ids.length < count && block.next < block.end) ids.push(block.next++)
    if (ids.length === count) return ids
    if (block.next > rule.last) throw exhausted(counter)
    block.reserving ??= refill(block, rule, counter, Math.max(count - ids.length, rule.blockSize), reserve)
    await block.reserving
  }
}

async function refill(
  block: Block,
  rule: IdRule,
  counter: IdCounter,
  size: number,
  reserve: ReserveIds,
): Promise<void> {
  try {
    const end = await reserve(counter, size)
    block.next = end - size
    block.end = Math.min(end, rule.last + 1)
  } finally {
    block.reserving = null
  }
}

function usedShare(rule: IdRule, next: number): number {
  return (next - rule.first) / (rule.last - rule.first)
}

function exhausted({ projectId, kind }: IdCounter): AppError {
  return new AppError('ids_exhausted', { details: { projectId, kind } })
}

function nearlyExhausted(projectId: number, kind: IdKind, rule: IdRule): WakeUp {
  const detail = `${ALARM_SHARE * 100} % of the ${kind} ids up to ${rule.last} are used`
  return { kind: 'alarm', projectId, code: 'ids_nearly_exhausted', orderId: null, detail }
}
