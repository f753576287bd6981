// Makes and changes webhook settings of a project, rotates its secret, and wakes or pauses what waits to be sent.
import { type Command, insertRows, type Row, rareCommand, type Tx } from '../platform/store/index.ts'
import { lockProjectAlone } from './project-facts.ts'
import { recordAudit } from './record-audit.ts'

/** What the floors above do, in the same transaction, when sending is allowed or stopped. */
export interface WebhookCallbacks {
  onWebhooksEnabled(tx: Tx, projectId: number): Promise<void>
  onWebhooksDisabled(tx: Tx, projectId: number): Promise<void>
}

/** Settings to write. `secret` is sealed; null keeps the one there is. `version` null keeps it, or is 1 for new settings. */
export interface PutWebhookSettingsInput {
  readonly projectId: number
  readonly url: string
  readonly secret: string | null
  readonly isEnabled: boolean
  readonly version: 1 | 2 | null
  /** How long the replaced secret goes on to sign beside the new one. */
  readonly overlapMs: number
  readonly actor: string
}

/** `secret_missing`: there were no settings yet, and no secret came with the new ones. */
export type PutWebhookSettingsResult =
  | { readonly kind: 'created' | 'changed'; readonly version: 1 | 2; readonly previousSecretUntil: number | null }
  | { readonly kind: 'absent' }
  | { readonly kind: 'secret_missing' }

export const putWebhookSettings: Command<PutWebhookSettingsInput, PutWebhookSettingsResult> =
  rareCommand('webhook-settings.put')

/** Makes the handler of webhook settings. */
export function handlePutWebhookSettings(
  callbacks: WebhookCallbacks,
): (tx: Tx, input: PutWebhookSettingsInput) => Promise<PutWebhookSettingsResult> {
  return async (tx, input) => {
    await lockProjectAlone(tx, input.projectId)
    const project = await tx.db.selectFrom('projects').where('id', '=', input.projectId).select('id').executeTakeFirst()
    if (project === undefined) return { kind: 'absent' }
    const before = await settingsRow(tx, input.projectId)
    if (before === undefined && input.secret === null) return { kind: 'secret_missing' }
    const after = before === undefined ? newRow(tx, input) : changedRow(tx, before, input)
    if (before === undefined) await insertRows(tx, 'webhook_settings', [after])
    else await replaceRow(tx, after)
    await auditPut(tx, input, before)
    await announceSwitch(tx, callbacks, input.projectId, before !== undefined && canSend(before), canSend(after))
    tx.wake({ kind: 'project_changed', projectId: input.projectId })
    return {
      kind: before === undefined ? 'created' : 'changed',
      version: after.version === 2 ? 2 : 1,
      previousSecretUntil: after.previous_secret_until,
    }
  }
}

/** `secret` is sealed and signs from now on. */
export interface RotateWebhookSecretInput {
  readonly projectId: number
  readonly secret: string
  readonly overlapMs: number
  readonly actor: string
}

/** Until when the old secret signs too, or that there are no settings. */
export type RotateWebhookSecretResult =
  | { readonly kind: 'rotated'; readonly previousSecretUntil: number | null }
  | { readonly kind: 'absent' }

export const rotateWebhookSecret: Command<RotateWebhookSecretInput, RotateWebhookSecretResult> = rareCommand(
  'webhook-settings.rotate-secret',
)

/** Puts the new secret first and keeps the old one for the overlap. */
export async function handleRotateWebhookSecret(
  tx: Tx,
  input: RotateWebhookSecretInput,
): Promise<RotateWebhookSecretResult> {
  await lockProjectAlone(tx, input.projectId)
  const before = await settingsRow(tx, input.projectId)
  if (before === undefined) return { kind: 'absent' }
  const after = { ...before, ...replacedSecret(tx, before, input.secret, input.overlapMs), updated_at: tx.now }
  await replaceRow(tx, after)
  const { projectId, actor, overlapMs } = input
  const details = { overlap_ms: overlapMs }
  await recordAudit(tx, { projectId, actor, action: 'webhook_secret.rotated', target: `project:${projectId}`, details })
  tx.wake({ kind: 'project_changed', projectId })
  return { kind: 'rotated', previousSecretUntil: after.previous_secret_until }
}

type SettingsRow = Row<'webhook_settings'>

function settingsRow(tx: Tx, projectId: number): Promise<SettingsRow | undefined> {
  return tx.db.selectFrom('webhook_settings').where('project_id', '=', projectId).selectAll().executeTakeFirst()
}

async function replaceRow(tx: Tx, row: SettingsRow): Promise<void> {
  const { project_id: projectId, ...members } = row
  await tx.db.updateTable('webhook_settings').set(members).where('project_id', '=', projectId).execute()
}

function newRow(tx: Tx, input: PutWebhookSettingsInput): SettingsRow {
  return {
    project_id: input.projectId,
    url: input.url,
    secret: input.secret ?? '',
    previous_secret: null,
    previous_secret_until: null,
    is_enabled: input.isEnabled ? 1 : 0,
    version: input.version ?? 1,
    failing_told_at: null,
    created_at: tx.now,
    updated_at: tx.now,
  }
}

function changedRow(tx: Tx, before: SettingsRow, input: PutWebhookSettingsInput): SettingsRow {
  const secret = input.secret === null ? {} : replacedSecret(tx, before, input.secret, input.overlapMs)
  const { url, isEnabled, version } = input
  return {
    ...before,
    ...secret,
    url,
    is_enabled: isEnabled ? 1 : 0,
    version: version ?? before.version,
    failing_told_at: url === before.url ? before.failing_told_at : null,
    updated_at: tx.now,
  }
}

function replacedSecret(
  tx: Tx,
  before: SettingsRow,
  secret: string,
  overlapMs: number,
): Pick<SettingsRow, 'secret' | 'previous_secret' | 'previous_secret_until'> {
  const isKept = overlapMs > 0
  return {
    secret,
    previous_secret: isKept ? before.secret : null,
    previous_secret_until: isKept ? tx.now + overlapMs : null,
  }
}

async function auditPut(tx: Tx, input: PutWebhookSettingsInput, before: SettingsRow | undefined): Promise<void> {
  const { projectId, actor, url, isEnabled, version, secret } = input
  const action = before === undefined ? 'webhook_settings.created' : 'webhook_settings.changed'
  const details = { url, is_enabled: isEnabled, version, is_secret_changed: secret !== null }
  await recordAudit(tx, { projectId, actor, action, target: `project:${projectId}`, details })
}

/** Without a URL what is owed is paused, as while webhooks are disabled. */
function canSend({ is_enabled: isEnabled, url }: SettingsRow): boolean {
  return isEnabled === 1 && url !== ''
}

async function announceSwitch(
  tx: Tx,
  callbacks: WebhookCallbacks,
  projectId: number,
  wasOn: boolean,
  isOn: boolean,
): Promise<void> {
  if (!wasOn && isOn) await callbacks.onWebhooksEnabled(tx, projectId)
  if (wasOn && !isOn) await callbacks.onWebhooksDisabled(tx, projectId)
}
