// Settings of a project: what they are and their defaults.
import type { DeliveryType, Fulfilment, WebhookMode } from '@ordertrail/core'

/** Fields that webhook bodies carry only when a project asks for them; all off by default. */
export interface WebhookToggles {
  readonly paymentAccount: boolean
  readonly savedPaymentMethods: boolean
  readonly orderObject: boolean
  readonly onlyNecessaryUser: boolean
  readonly customParameters: boolean
  readonly cardDetails: boolean
  readonly cardBrand: boolean
  readonly partialRefund: boolean
  readonly psDeclined: boolean
}

/** How user JWTs of a project are checked. The algorithm comes from here, never from a token's header. */
export type JwtSettings =
  /** `secret` is sealed. Empty: the project has no login secret yet and every JWT is refused. */
  | { readonly algorithm: 'HS256'; readonly secret: string }
  | { readonly algorithm: 'RS256' | 'ES256'; readonly jwksUrl: string }

/** Types whose retry schedule a project may replace. */
export type ScheduledNotification = DeliveryType | 'user_validation'

/** Everything a project can decide about itself. Times are milliseconds. */
export interface ProjectSettings {
  /** What moves paid to done: a listener's or client's acknowledgement, or only the fulfilment call. */
  readonly fulfilment: Fulfilment
  /** null: by the merchant's registration date. */
  readonly webhookMode: WebhookMode | null
  readonly isEventsApiOn: boolean
  readonly isBundleContentSent: boolean
  readonly isAutoRefundOn: boolean
  /** Whether `expired` is told to clients; otherwise they read `new`. */
  readonly isExpiredShown: boolean
  readonly orderLifeMs: number
  readonly toggles: WebhookToggles
  /** null: the claim xsolla_login_project_id is not looked at. */
  readonly loginProjectId: string | null
  readonly userIdClaim: string
  readonly jwt: JwtSettings
  /** Origins that may open a WebSocket; null: any. */
  readonly allowedOrigins: readonly string[] | null
  readonly historySizeMax: number
  readonly historyAgeMsMax: number
  /** Minutes from the first attempt, by type; a missing type has the documented schedule. */
  readonly schedules: Readonly<Partial<Record<ScheduledNotification, readonly number[]>>>
  readonly defaultCurrency: string
  /** ISO 3166-1 alpha-2 → ISO 4217. */
  readonly currencyByCountry: Readonly<Record<string, string>>
  readonly userValidationDeadlineMs: number
  /** Whether the game says what each player is shown and may buy (partner_side_catalog). */
  readonly isPartnerCatalogOn: boolean
  readonly partnerCatalogDeadlineMs: number
  readonly paymentTokenLifeMs: number
  /** Days that bodies of webhooks and events, and what attempts said and heard, are kept after the end; null: as the operator chose. */
  readonly webhookDetailsKeptDays: number | null
}

/** A change of settings: members that are absent stay as they are; of `toggles` only the named ones change. */
export type ProjectSettingsPatch = Partial<Omit<ProjectSettings, 'toggles'>> & {
  readonly toggles?: Partial<WebhookToggles>
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What a new project has. Its jwt has no secret yet, so that no token is accepted by accident. */
export const defaultProjectSettings: ProjectSettings = {
  fulfilment: 'acknowledged',
  webhookMode: null,
  isEventsApiOn: false,
  isBundleContentSent: true,
  isAutoRefundOn: false,
  isExpiredShown: false,
  orderLifeMs: DAY_MS,
  toggles: {
    paymentAccount: false,
    savedPaymentMethods: false,
    orderObject: false,
    onlyNecessaryUser: false,
    customParameters: false,
    cardDetails: false,
    cardBrand: false,
    partialRefund: false,
    psDeclined: false,
  },
  loginProjectId: null,
  userIdClaim: 'sub',
  jwt: { algorithm: 'HS256', secret: '' },
  allowedOrigins: null,
  historySizeMax: 300,
  historyAgeMsMax: 30 * DAY_MS,
  schedules: {},
  defaultCurrency: 'USD',
  currencyByCountry: {},
  userValidationDeadlineMs: 10_000,
  isPartnerCatalogOn: false,
  partnerCatalogDeadlineMs: 3_000,
  paymentTokenLifeMs: DAY_MS,
  webhookDetailsKeptDays: null,
}

/** Settings after `patch`; neither argument is changed and nothing is checked. */
export function patchedSettings(settings: ProjectSettings, patch: ProjectSettingsPatch): ProjectSettings {
  return { ...settings, ...patch, toggles: { ...settings.toggles, ...patch.toggles } }
}
