// What settings of a project may hold, as a schema, and the faults of settings that hold something else.
import { SCHEDULE_MINUTES_MAX, SCHEDULE_POSITIONS_MAX, scheduleFault } from '@ordertrail/core'
import { Ajv, type ValidateFunction } from 'ajv'
import { type TSchema, Type } from 'typebox'
import type {
  ProjectSettings,
  ProjectSettingsPatch,
  ScheduledNotification,
  WebhookToggles,
} from './project-settings.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** A list of origins longer than this belongs into a proxy. */
const ALLOWED_ORIGINS_MAX = 100
/** setTimeout and SQL both hold 30 days; longer lives only keep rows that nobody reads. */
const LIFE_MS_MAX = 30 * DAY_MS
const HISTORY_AGE_MS_MAX = 365 * DAY_MS
const HISTORY_SIZE_MAX = 10_000
const USER_VALIDATION_DEADLINE_MS_MAX = 60_000
/** A player waits for the list of items, and clients give up after some ten seconds. */
const PARTNER_CATALOG_DEADLINE_MS_MAX = 10_000
/** Ten years; a day at least, so that nothing under way is ever near its end. */
const KEPT_DAYS_MAX = 3_650
const URL_CHARS_MAX = 2_000

const minutes = Type.Array(Type.Integer({ minimum: 0, maximum: SCHEDULE_MINUTES_MAX }), {
  minItems: 1,
  maxItems: SCHEDULE_POSITIONS_MAX,
})
const schedule = Type.Optional(minutes)
const scheduledNotifications: Record<ScheduledNotification, TSchema> = {
  payment: schedule,
  order_paid: schedule,
  partial_refund: schedule,
  refund: schedule,
  order_canceled: schedule,
  ps_declined: schedule,
  user_validation: schedule,
}

const toggle = Type.Boolean()
/** Schema of each toggle. */
export const toggleSchemas: Readonly<Record<keyof WebhookToggles, TSchema>> = {
  paymentAccount: toggle,
  savedPaymentMethods: toggle,
  orderObject: toggle,
  onlyNecessaryUser: toggle,
  customParameters: toggle,
  cardDetails: toggle,
  cardBrand: toggle,
  partialRefund: toggle,
  psDeclined: toggle,
}

const strict = { additionalProperties: false } as const
const jwtSchema = Type.Union([
  Type.Object({ algorithm: Type.Literal('HS256'), secret: Type.String() }, strict),
  Type.Object(
    {
      algorithm: Type.Union([Type.Literal('RS256'), Type.Literal('ES256')]),
      jwksUrl: Type.String({ minLength: 1, maxLength: URL_CHARS_MAX }),
    },
    strict,
  ),
])

const lifeMs = Type.Integer({ minimum: MINUTE_MS, maximum: LIFE_MS_MAX })

/** Schema of each member; the settings API has the same under its own names. */
export const settingSchemas: Readonly<Record<keyof ProjectSettings, TSchema>> = {
  fulfilment: Type.Union([Type.Literal('acknowledged'), Type.Literal('api')]),
  webhookMode: Type.Union([Type.Literal('combined'), Type.Literal('separate'), Type.Null()]),
  isEventsApiOn: Type.Boolean(),
  isBundleContentSent: Type.Boolean(),
  isAutoRefundOn: Type.Boolean(),
  isExpiredShown: Type.Boolean(),
  orderLifeMs: lifeMs,
  toggles: Type.Object({ ...toggleSchemas }, strict),
  loginProjectId: Type.Union([Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' }), Type.Null()]),
  userIdClaim: Type.String({ pattern: '^[A-Za-z0-9_:./-]{1,64}$' }),
  jwt: jwtSchema,
  allowedOrigins: Type.Union([
    Type.Array(Type.String({ pattern: '^https?://[^/\\s]{1,255}$' }), { maxItems: ALLOWED_ORIGINS_MAX }),
    Type.Null(),
  ]),
  historySizeMax: Type.Integer({ minimum: 1, maximum: HISTORY_SIZE_MAX }),
  historyAgeMsMax: Type.Integer({ minimum: MINUTE_MS, maximum: HISTORY_AGE_MS_MAX }),
  schedules: Type.Object({ ...scheduledNotifications }, strict),
  defaultCurrency: Type.String({ pattern: '^[A-Z]{3}$' }),
  currencyByCountry: Type.Record(
    Type.String({ pattern: '^[A-Z]{2}$' }),
    Type.String({ pattern: '^[A-Z]{3}$' }),
    strict,
  ),
  userValidationDeadlineMs: Type.Integer({ minimum: 100, maximum: USER_VALIDATION_DEADLINE_MS_MAX }),
  isPartnerCatalogOn: Type.Boolean(),
  partnerCatalogDeadlineMs: Type.Integer({ minimum: 100, maximum: PARTNER_CATALOG_DEADLINE_MS_MAX }),
  paymentTokenLifeMs: lifeMs,
  webhookDetailsKeptDays: Type.Union([Type.Integer({ minimum: 1, maximum: KEPT_DAYS_MAX }), Type.Null()]),
}

/** Schema of whole settings, as they are stored. */
const projectSettingsSchema: TSchema = Type.Object({ ...settingSchemas }, strict)

let compiled: ValidateFunction | undefined

/** Compiled at the first use, by the validator that requests have as well: TypeBox's own takes three hundred more files, in each thread. */
function check(): ValidateFunction {
  compiled ??= new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false }).compile(projectSettingsSchema)
  return compiled
}

/** One thing that is wrong with settings; `path` names the member, such as /schedules/order_paid. */
export interface SettingsFault {
  readonly path: string
  readonly sentence: string
}

/** What is wrong with `settings`; nothing: they may be stored. */
export function settingsFaults(settings: ProjectSettings): readonly SettingsFault[] {
  const validate = check()
  if (validate(settings)) return scheduleFaults(settings)
  return (validate.errors ?? []).map(({ instancePath, message = 'is not valid' }) => ({
    path: instancePath,
    sentence: message,
  }))
}

/**
 * What is wrong with a change, beyond what the settings would hold after it.
 *
 * Source: user_validation is asked while a player waits and never again, so a schedule for it would promise what nobody keeps.
 */
export function patchFaults({ schedules }: ProjectSettingsPatch): readonly SettingsFault[] {
  if ((schedules?.user_validation ?? [0]).length === 1) return []
  const sentence = 'The schedule of user_validation is refused: it is asked once, while the player waits.'
  return [{ path: '/schedules/user_validation', sentence }]
}

/** Schedules have rules beyond their shape: they start at once and grow. */
function scheduleFaults(settings: ProjectSettings): readonly SettingsFault[] {
  const faults: SettingsFault[] = []
  for (const [type, offsets] of Object.entries(settings.schedules)) {
    const fault = scheduleFault(offsets)
    if (fault !== null)
      faults.push({
        path: `/schedules/${type}`,
        sentence: `The schedule of ${type} is refused: ${fault.replaceAll('_', ' ')}.`,
      })
  }
  return faults
}
