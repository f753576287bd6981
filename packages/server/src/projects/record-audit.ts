// The audit log: who changed what, written in the transaction of the change.
import { insertRows, type Tx } from '../platform/store/index.ts'

/** One entry. `projectId` 0: it belongs to no project. `details` must not hold secrets. */
export interface AuditEntry {
  readonly projectId: number
  /** A key's name, a person, or `installation`. */
  readonly actor: string
  /** Stable, noun.verb. */
  readonly action: string
  /** What it was done to, such as `key:first`. */
  readonly target: string
  readonly details: Readonly<Record<string, unknown>>
}

/** Writes one entry. */
export async function recordAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  const ids = await tx.takeIds(entry.projectId, 'audit', 1)
  const { projectId, actor, action, target, details } = entry
  await insertRows(
    tx,
    'audit_log',
    ids.map((id) => ({
      project_id: projectId,
      id,
      at: tx.now,
      actor,
      action,
      target,
      details: JSON.stringify(details),
    })),
  )
}
