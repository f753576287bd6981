// Webhook settings exactly as documented: GET tells the secret, PUT answers 204 and keeps the version that is not sent.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { type Answer, defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import { sameText, unsealed } from '../platform/seal.ts'
import { actorOf } from './actor.ts'
import { putWebhookSettings } from './change-webhook-settings.ts'
import { webhookSecretContext } from './secret-contexts.ts'
import {
  assertUsableUrl,
  readWebhookRow,
  SECRET_CHARS_ADVISED,
  SECRET_CHARS_MAX,
  type WebhookSettingsDeps,
} from './webhook-settings-row.ts'
import { projectParams } from './wire-schemas.ts'

/** A replaced secret goes on to sign beside the new one for a day, for listeners that hold both. */
const OVERLAP_MS = 24 * 3_600_000

/** Makes the documented calls. */
export function makeDocumentedWebhookEndpoints(
  deps: WebhookSettingsDeps,
): Readonly<Record<'getWebhook' | 'updateWebhook', Endpoint>> {
  return { getWebhook: getEndpoint(deps), updateWebhook: putEndpoint(deps) }
}

function getEndpoint({ store, seal }: WebhookSettingsDeps): Endpoint {
  return defineEndpoint({
    operationId: 'get-webhook',
    summary: 'Get webhook settings',
    tag: 'common-webhooks',
    schema: {
      params: projectParams,
      response: { 200: Type.Object({ url: Type.String(), secret: Type.String(), is_enabled: Type.Boolean() }) },
    },
    async handle({ params }) {
      const row = await readWebhookRow(store, params.project_id)
      if (row === undefined) throw new AppError('webhook_settings_absent')
      const secret = seal.unseal(row.secret, webhookSecretContext(row.project_id))
      return { status: 200, body: { url: row.url, secret, is_enabled: row.is_enabled === 1 } }
    },
  })
}

function putEndpoint(deps: WebhookSettingsDeps): Endpoint {
  const { store, seal } = deps
  return defineEndpoint({
    operationId: 'update-webhook',
    summary: 'Update webhook settings',
    tag: 'common-webhooks',
    schema: {
      params: projectParams,
      body: Type.Object({
        url: Type.String(),
        secret: Type.String({ maxLength: SECRET_CHARS_MAX }),
        is_enabled: Type.Boolean(),
        version: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2)])),
      }),
      response: { 204: null },
    },
    async handle({ params, body, caller }) {
      await assertUsableUrl(deps, body.url)
      if (body.secret === '') throw new AppError('webhook_secret_empty')
      const projectId = params.project_id
      const isSame = await isPresentSecret(deps, projectId, body.secret)
      const result = await store.run(putWebhookSettings, {
        projectId,
        url: body.url,
        secret: isSame ? null : seal.seal(body.secret, webhookSecretContext(projectId)),
        isEnabled: body.is_enabled,
        version: body.version ?? null,
        overlapMs: OVERLAP_MS,
        actor: actorOf(caller),
      })
      if (result.kind === 'absent') throw new AppError('project_not_found')
      return saved(body.secret)
    },
  })
}

/** A secret that is sent again unchanged is no rotation; one that cannot be read any more is replaced like any other. */
async function isPresentSecret(
  { store, seal }: WebhookSettingsDeps,
  projectId: number,
  secret: string,
): Promise<boolean> {
  const row = await readWebhookRow(store, projectId)
  if (row === undefined) return false
  const present = unsealed(seal, row.secret, webhookSecretContext(projectId))
  return present !== null && sameText(present, secret)
}

/** 204 has no body, so a warning goes where it disturbs no client. */
function saved(secret: string): Answer {
  if (secret.length >= SECRET_CHARS_ADVISED) return { status: 204 }
  return {
    status: 204,
    headers: {
      'x-ordertrail-warning': `The secret has ${secret.length} characters; at least ${SECRET_CHARS_ADVISED} random ones are advised.`,
    },
  }
}
