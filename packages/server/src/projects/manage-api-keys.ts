// Makes and revokes the API keys of a project.
import { type Command, insertRows, rareCommand, type Tx } from '../platform/store/index.ts'
import { recordAudit } from './record-audit.ts'

/** More keys than this at once are a sign of a script that never revokes. */
export const KEYS_PER_PROJECT_MAX = 50

/** A new key of one project; only the hash comes here. */
export interface CreateApiKeyInput {
  readonly merchantId: number
  readonly projectId: number
  readonly name: string
  readonly keyHash: string
  readonly actor: string
}

/** The time at which the key was made, or why it was not. */
export type CreateApiKeyResult =
  | { readonly kind: 'created'; readonly createdAt: number }
  | { readonly kind: 'refused'; readonly reason: 'name_taken' | 'too_many' }

export const createApiKey: Command<CreateApiKeyInput, CreateApiKeyResult> = rareCommand('api-keys.create')

/** Writes the key unless its name is in use. */
export async function handleCreateApiKey(tx: Tx, input: CreateApiKeyInput): Promise<CreateApiKeyResult> {
  const active = await tx.db
    .selectFrom('api_keys')
    .where('merchant_id', '=', input.merchantId)
    .where('project_id', '=', input.projectId)
    .where('revoked_at', 'is', null)
    .select('name')
    .execute()
  if (active.some(({ name }) => name === input.name)) return { kind: 'refused', reason: 'name_taken' }
  if (active.length >= KEYS_PER_PROJECT_MAX) return { kind: 'refused', reason: 'too_many' }
  await insertRows(tx, 'api_keys', [
    {
      key_hash: input.keyHash,
      merchant_id: input.merchantId,
      project_id: input.projectId,
      name: input.name,
      created_at: tx.now,
      revoked_at: null,
    },
  ])
  await recordAudit(tx, { ...keyEvent(input), action: 'key.created' })
  return { kind: 'created', createdAt: tx.now }
}

/** The key to take away, by its name. */
export interface RevokeApiKeyInput {
  readonly projectId: number
  readonly name: string
  readonly actor: string
}

export const revokeApiKey: Command<RevokeApiKeyInput, { readonly kind: 'revoked' | 'absent' }> =
  rareCommand('api-keys.revoke')

/** Revokes the key: at once on this node, and within a second on the others, whose directories read it again by then. */
export async function handleRevokeApiKey(
  tx: Tx,
  input: RevokeApiKeyInput,
): Promise<{ readonly kind: 'revoked' | 'absent' }> {
  const revoked = await tx.db
    .updateTable('api_keys')
    .set({ revoked_at: tx.now })
    .where('project_id', '=', input.projectId)
    .where('name', '=', input.name)
    .where('revoked_at', 'is', null)
    .returning('key_hash')
    .execute()
  if (revoked.length === 0) return { kind: 'absent' }
  tx.wake({ kind: 'project_changed', projectId: input.projectId })
  await recordAudit(tx, { ...keyEvent(input), action: 'key.revoked' })
  return { kind: 'revoked' }
}

function keyEvent(input: { readonly projectId: number; readonly name: string; readonly actor: string }): {
  readonly projectId: number
  readonly actor: string
  readonly target: string
  readonly details: Record<string, never>
} {
  return { projectId: input.projectId, actor: input.actor, target: `key:${input.name}`, details: {} }
}
