// Makes a project of a merchant, with its first API key.
import { type Command, insertRows, rareCommand, type Tx } from '../platform/store/index.ts'
import { nextOwnerId } from './owner-ids.ts'
import type { ProjectSettings } from './project-settings.ts'
import { recordAudit } from './record-audit.ts'

/** `settings` are complete and checked; a login secret in them is sealed. */
export interface CreateProjectInput {
  readonly merchantId: number
  readonly name: string
  readonly settings: ProjectSettings
  readonly keyName: string
  readonly keyHash: string
  readonly actor: string
}

/** The project that was made, or that there is no such merchant. */
export type CreateProjectResult =
  | { readonly kind: 'created'; readonly projectId: number; readonly createdAt: number }
  | { readonly kind: 'absent' }

export const createProject: Command<CreateProjectInput, CreateProjectResult> = rareCommand('projects.create')

/** Writes the project and its first key. */
export async function handleCreateProject(tx: Tx, input: CreateProjectInput): Promise<CreateProjectResult> {
  const merchant = await tx.db
    .selectFrom('merchants')
    .where('id', '=', input.merchantId)
    .select('id')
    .executeTakeFirst()
  if (merchant === undefined) return { kind: 'absent' }
  const id = await nextOwnerId(tx, 'projects')
  const { merchantId, name, settings } = input
  await insertRows(tx, 'projects', [
    { id, merchant_id: merchantId, name, settings: JSON.stringify(settings), created_at: tx.now, updated_at: tx.now },
  ])
  await insertRows(tx, 'api_keys', [
    {
      key_hash: input.keyHash,
      merchant_id: merchantId,
      project_id: id,
      name: input.keyName,
      created_at: tx.now,
      revoked_at: null,
    },
  ])
  await recordAudit(tx, {
    projectId: id,
    actor: input.actor,
    action: 'project.created',
    target: `project:${id}`,
    details: { name },
  })
  tx.wake({ kind: 'project_changed', projectId: id })
  return { kind: 'created', projectId: id, createdAt: tx.now }
}
