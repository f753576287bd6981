// Gives a new store a merchant, a project, a key and webhook settings with ids and texts that are known beforehand.
import { type Command, insertRows, laterIds, type Row, rareCommand, type Tx } from '../platform/store/index.ts'
import type { ProjectSettings } from './project-settings.ts'
import { recordAudit } from './record-audit.ts'

/** What to make. Secrets are sealed, keys are hashes. `webhook` null: no webhook settings. */
export interface SeedProjectInput {
  readonly merchant: { readonly id: number; readonly name: string; readonly registeredAt: number }
  readonly project: { readonly id: number; readonly name: string; readonly settings: ProjectSettings }
  readonly key: { readonly name: string; readonly keyHash: string; readonly speaksFor: 'merchant' | 'project' }
  readonly webhook: {
    readonly url: string
    readonly secret: string
    readonly isEnabled: boolean
    readonly version: 1 | 2
  } | null
  readonly actor: string
  /** How much later than usual the ids of a new project begin; default 0. */
  readonly idOffset?: number
}

/** What was absent before and is there now; empty at every later start. */
export interface SeedProjectResult {
  readonly created: readonly ('merchant' | 'project' | 'key' | 'webhook')[]
}

export const seedProject: Command<SeedProjectInput, SeedProjectResult> = rareCommand('projects.seed')

/** Makes what is absent and leaves the rest as it is: a developer's changes outlive a restart. */
export async function handleSeedProject(tx: Tx, input: SeedProjectInput): Promise<SeedProjectResult> {
  const created: SeedProjectResult['created'][number][] = []
  if (await seedMerchant(tx, input)) created.push('merchant')
  if (await seedProjectRow(tx, input)) {
    created.push('project')
    const { project, idOffset = 0 } = input
    if (idOffset > 0) await insertRows(tx, 'id_blocks', laterIds(project.id, idOffset))
  }
  if (await seedKey(tx, input)) created.push('key')
  if (await seedWebhook(tx, input)) created.push('webhook')
  if (created.length > 0) await auditSeed(tx, input, created)
  return { created }
}

async function seedMerchant(tx: Tx, { merchant }: SeedProjectInput): Promise<boolean> {
  const known = await tx.db.selectFrom('merchants').where('id', '=', merchant.id).select('id').executeTakeFirst()
  if (known !== undefined) return false
  await insertRows(tx, 'merchants', [
    { id: merchant.id, name: merchant.name, registered_at: merchant.registeredAt, created_at: tx.now },
  ])
  return true
}

async function seedProjectRow(tx: Tx, { merchant, project }: SeedProjectInput): Promise<boolean> {
  const known = await tx.db.selectFrom('projects').where('id', '=', project.id).select('id').executeTakeFirst()
  if (known !== undefined) return false
  const settings = JSON.stringify(project.settings)
  await insertRows(tx, 'projects', [
    { id: project.id, merchant_id: merchant.id, name: project.name, settings, created_at: tx.now, updated_at: tx.now },
  ])
  return true
}

async function seedKey(tx: Tx, { merchant, project, key }: SeedProjectInput): Promise<boolean> {
  const known = await tx.db.selectFrom('api_keys').where('key_hash', '=', key.keyHash).select('name').executeTakeFirst()
  if (known !== undefined) return false
  const projectId = key.speaksFor === 'merchant' ? 0 : project.id
  await insertRows(tx, 'api_keys', [
    {
      key_hash: key.keyHash,
      merchant_id: merchant.id,
      project_id: projectId,
      name: key.name,
      created_at: tx.now,
      revoked_at: null,
    },
  ])
  return true
}

async function seedWebhook(tx: Tx, { project, webhook }: SeedProjectInput): Promise<boolean> {
  if (webhook === null) return false
  const known = await tx.db
    .selectFrom('webhook_settings')
    .where('project_id', '=', project.id)
    .select('url')
    .executeTakeFirst()
  if (known !== undefined) return false
  const row: Row<'webhook_settings'> = {
    project_id: project.id,
    url: webhook.url,
    secret: webhook.secret,
    previous_secret: null,
    previous_secret_until: null,
    is_enabled: webhook.isEnabled ? 1 : 0,
    version: webhook.version,
    failing_told_at: null,
    created_at: tx.now,
    updated_at: tx.now,
  }
  await insertRows(tx, 'webhook_settings', [row])
  return true
}

async function auditSeed(tx: Tx, input: SeedProjectInput, created: readonly string[]): Promise<void> {
  const projectId = input.project.id
  await recordAudit(tx, {
    projectId,
    actor: input.actor,
    action: 'project.seeded',
    target: `project:${projectId}`,
    details: { created },
  })
  tx.wake({ kind: 'project_changed', projectId })
}
