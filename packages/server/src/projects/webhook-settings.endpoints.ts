// Webhook settings as our own API has them: secrets are shown once and masked from then on.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Row } from '../platform/store/index.ts'
import { actorOf } from './actor.ts'
import { putWebhookSettings, rotateWebhookSecret } from './change-webhook-settings.ts'
import { GENERATED_SECRET_LENGTH } from './projects.endpoints.ts'
import { randomBase62 } from './random-text.ts'
import { webhookSecretContext } from './secret-contexts.ts'
import {
  assertUsableUrl,
  readWebhookRow,
  SECRET_CHARS_ADVISED,
  SECRET_CHARS_MAX,
  type WebhookSettingsDeps,
} from './webhook-settings-row.ts'
import { projectParams, strict } from './wire-schemas.ts'

const HOUR_MS = 3_600_000
const OVERLAP_HOURS = 24
const OVERLAP_HOURS_MAX = 168
const URL_CHARS_MAX = 2_048
/** Letters of a secret that stay readable, so that people can tell which one is set. */
const SHOWN_LETTERS = 4

const overlapHours = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: OVERLAP_HOURS_MAX,
    default: OVERLAP_HOURS,
    description: 'How long the old secret goes on to sign beside the new one.',
  }),
)
const version = Type.Union([Type.Literal(1), Type.Literal(2)])

/** Makes our own calls about webhook settings. */
export function makeOwnWebhookEndpoints(
  deps: WebhookSettingsDeps,
): Readonly<Record<'getWebhookSettings' | 'putWebhookSettings' | 'rotateWebhookSecret', Endpoint>> {
  return {
    getWebhookSettings: getEndpoint(deps),
    putWebhookSettings: putEndpoint(deps),
    rotateWebhookSecret: rotateEndpoint(deps),
  }
}

function getEndpoint({ store, seal }: WebhookSettingsDeps): Endpoint {
  return defineEndpoint({
    operationId: 'get-webhook-settings',
    summary: 'Read webhook settings; the secret is masked',
    tag: 'webhooks',
    schema: {
      params: projectParams,
      response: {
        200: Type.Object({
          url: Type.String(),
          is_enabled: Type.Boolean(),
          version,
          secret_hint: Type.String(),
          is_secret_short: Type.Boolean(),
          previous_secret_until: Type.Union([Type.String(), Type.Null()]),
          created_at: Type.String(),
          updated_at: Type.String(),
        }),
      },
    },
    async handle({ params }) {
      const row = await readWebhookRow(store, params.project_id)
      if (row === undefined) throw new AppError('webhook_settings_absent')
      return {
        status: 200,
        body: shownRow(row, seal.unseal(row.secret, webhookSecretContext(row.project_id)), store.now()),
      }
    },
  })
}

function shownRow(row: Row<'webhook_settings'>, secret: string, now: number): Record<string, unknown> {
  const until = row.previous_secret === null ? null : row.previous_secret_until
  return {
    url: row.url,
    is_enabled: row.is_enabled === 1,
    version: row.version,
    secret_hint: secret.length >= SECRET_CHARS_ADVISED ? `…${secret.slice(-SHOWN_LETTERS)}` : '…',
    is_secret_short: secret.length < SECRET_CHARS_ADVISED,
    previous_secret_until: until === null || until <= now ? null : new Date(until).toISOString(),
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
  }
}

function putEndpoint(deps: WebhookSettingsDeps): Endpoint {
  const { store, seal } = deps
  return defineEndpoint({
    operationId: 'put-webhook-settings',
    summary: 'Set URL, secret and switch; without a secret the present one stays, and new settings get a generated one',
    tag: 'webhooks',
    schema: {
      params: projectParams,
      body: Type.Object(
        {
          url: Type.String({ minLength: 1, maxLength: URL_CHARS_MAX }),
          is_enabled: Type.Boolean(),
          version: Type.Optional(version),
          secret: Type.Optional(Type.String({ minLength: 1, maxLength: SECRET_CHARS_MAX })),
          overlap_hours: overlapHours,
        },
        strict,
      ),
      response: {
        200: Type.Object({
          url: Type.String(),
          is_enabled: Type.Boolean(),
          version,
          secret: Type.Optional(
            Type.String({ description: 'Only when it was generated just now, and only this once.' }),
          ),
        }),
      },
    },
    async handle({ params, body, caller }) {
      await assertUsableUrl(deps, body.url)
      const projectId = params.project_id
      const isNew = (await readWebhookRow(store, projectId)) === undefined
      const generated = isNew && body.secret === undefined ? randomBase62(GENERATED_SECRET_LENGTH) : undefined
      const secret = body.secret ?? generated
      const result = await store.run(putWebhookSettings, {
        projectId,
        url: body.url,
        secret: secret === undefined ? null : seal.seal(secret, webhookSecretContext(projectId)),
        isEnabled: body.is_enabled,
        version: body.version ?? null,
        overlapMs: (body.overlap_hours ?? OVERLAP_HOURS) * HOUR_MS,
        actor: actorOf(caller),
      })
      if (result.kind === 'absent') throw new AppError('project_not_found')
      if (result.kind === 'secret_missing') throw new AppError('webhook_secret_empty')
      const shown = generated === undefined ? {} : { secret: generated }
      return { status: 200, body: { url: body.url, is_enabled: body.is_enabled, version: result.version, ...shown } }
    },
  })
}

function rotateEndpoint({ store, seal }: WebhookSettingsDeps): Endpoint {
  return defineEndpoint({
    operationId: 'rotate-webhook-secret',
    summary: 'Replace the webhook secret by a generated one, shown only in this answer',
    tag: 'webhooks',
    schema: {
      params: projectParams,
      body: Type.Object({ overlap_hours: overlapHours }, strict),
      response: {
        200: Type.Object({ secret: Type.String(), previous_secret_until: Type.Union([Type.String(), Type.Null()]) }),
      },
    },
    async handle({ params, body, caller }) {
      const projectId = params.project_id
      const secret = randomBase62(GENERATED_SECRET_LENGTH)
      const result = await store.run(rotateWebhookSecret, {
        projectId,
        secret: seal.seal(secret, webhookSecretContext(projectId)),
        overlapMs: (body.overlap_hours ?? OVERLAP_HOURS) * HOUR_MS,
        actor: actorOf(caller),
      })
      if (result.kind === 'absent') throw new AppError('webhook_settings_absent')
      const until = result.previousSecretUntil
      return {
        status: 200,
        body: { secret, previous_secret_until: until === null ? null : new Date(until).toISOString() },
      }
    },
  })
}
