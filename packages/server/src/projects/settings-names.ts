// Names of settings on the wire of our own API, and the one door where they are renamed.
import type { ProjectSettings, ProjectSettingsPatch, WebhookToggles } from './project-settings.ts'

/** Wire name of each member of settings. */
export const SETTING_NAMES: Readonly<Record<keyof ProjectSettings, string>> = {
  fulfilment: 'fulfilment',
  webhookMode: 'webhook_mode',
  isEventsApiOn: 'is_events_api_on',
  isBundleContentSent: 'is_bundle_content_sent',
  isAutoRefundOn: 'is_auto_refund_on',
  isExpiredShown: 'is_expired_shown',
  orderLifeMs: 'order_life_ms',
  toggles: 'toggles',
  loginProjectId: 'login_project_id',
  userIdClaim: 'user_id_claim',
  jwt: 'jwt',
  allowedOrigins: 'allowed_origins',
  historySizeMax: 'history_size_max',
  historyAgeMsMax: 'history_age_ms_max',
  schedules: 'schedules',
  defaultCurrency: 'default_currency',
  currencyByCountry: 'currency_by_country',
  userValidationDeadlineMs: 'user_validation_deadline_ms',
  isPartnerCatalogOn: 'is_partner_catalog_on',
  partnerCatalogDeadlineMs: 'partner_catalog_deadline_ms',
  paymentTokenLifeMs: 'payment_token_life_ms',
  webhookDetailsKeptDays: 'webhook_details_kept_days',
}

/** Wire name of each toggle. */
export const TOGGLE_NAMES: Readonly<Record<keyof WebhookToggles, string>> = {
  paymentAccount: 'payment_account',
  savedPaymentMethods: 'saved_payment_methods',
  orderObject: 'order_object',
  onlyNecessaryUser: 'only_necessary_user',
  customParameters: 'custom_parameters',
  cardDetails: 'card_details',
  cardBrand: 'card_brand',
  partialRefund: 'partial_refund',
  psDeclined: 'ps_declined',
}

type Members = Readonly<Record<string, unknown>>

function renamed(members: Members, names: Readonly<Record<string, string>>): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(members)) result[names[name] ?? name] = value
  return result
}

function inverted(names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(names).map(([name, wire]) => [wire, name]))
}

const SETTINGS_BY_NAME = inverted(SETTING_NAMES)
const TOGGLES_BY_NAME = inverted(TOGGLE_NAMES)

/** Settings as the API shows them. A login secret is never shown, only whether there is one. */
export function settingsToWire(settings: ProjectSettings): Record<string, unknown> {
  const { jwt } = settings
  return {
    ...renamed(settings as unknown as Members, SETTING_NAMES),
    toggles: renamed(settings.toggles as unknown as Members, TOGGLE_NAMES),
    jwt:
      jwt.algorithm === 'HS256'
        ? { algorithm: 'HS256', has_secret: jwt.secret !== '' }
        : { algorithm: jwt.algorithm, jwks_url: jwt.jwksUrl },
  }
}

/** A body of the API, already checked by its schema, as a patch; `jwt` is left to the one who can seal secrets. */
export function patchFromWire(body: Members): Omit<ProjectSettingsPatch, 'jwt'> {
  const { jwt: _jwt, toggles, ...others } = body
  const patch = renamed(others, SETTINGS_BY_NAME)
  return toggles === undefined ? patch : { ...patch, toggles: renamed(toggles as Members, TOGGLES_BY_NAME) }
}
