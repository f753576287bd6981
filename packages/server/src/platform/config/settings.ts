// Every setting of the server. Each row is read, checked, printed and documented from here.
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from '../logger.ts'
import type { NatsServer } from '../nats-server.ts'
import { listOf, natsUrl, network, oneOf, postgresUrl, secretKey, text, wholeNumber, yesOrNo } from './parse-setting.ts'
import { ROLES, type Role, rolesOf } from './roles.ts'
import { Required, type Setting, setting } from './setting.ts'

/** What carries statuses from node to node; `auto`: by the store. */
export const BROKERS = ['auto', 'memory', 'postgres', 'nats'] as const

/** How strictly clients are limited. */
export const RATE_LIMIT_MODES = ['on', 'generous', 'off'] as const

const ADMIN_KEY_CHARS_MIN = 32
const KEPT_DAYS_MAX = 3_650
const RANDOM_KEY_HINT = 'Make one with: openssl rand -base64 32'

/** For one's own machine only: `start` demands a key of its own. */
const DEV_SECRET_KEY = Buffer.from('dev-only-secret-key-of-32-bytes!')
const DEV_ADMIN_KEY = 'dev_admin_key_for_your_own_machine_only'

/** Values of all settings, by the names of the configuration file. */
export interface SettingValues {
  readonly host: string
  readonly port: number
  readonly role: readonly Role[]
  readonly databaseUrl: string | null
  readonly storePath: string
  readonly broker: (typeof BROKERS)[number]
  readonly natsServers: readonly NatsServer[]
  readonly natsPrefix: string
  readonly secretKey: Uint8Array
  readonly secretKeysOld: readonly Uint8Array[]
  readonly adminKey: string
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
  readonly allowTimeSkip: boolean
  readonly rateLimits: (typeof RATE_LIMIT_MODES)[number]
  readonly trustedProxies: readonly string[]
  readonly deliveriesInFlightMax: number
  readonly deliveryDeadlineMs: number
  readonly deliveryLeaseMarginMs: number
  readonly webhookNetworksAllowed: readonly string[]
  readonly webhookPortsAllowed: readonly number[]
  readonly webhookDetailsKeptDays: number
  readonly logKeptDays: number
  readonly leftoversKeptDays: number
  readonly isMetricsOn: boolean
}

/** Name of a setting. */
export type SettingName = keyof SettingValues

/** The table. */
export const SETTINGS: { readonly [Name in SettingName]: Setting<SettingValues[Name]> } = {
  host: setting({
    env: 'ORDERTRAIL_HOST',
    about: 'Address to listen on.',
    parse: text('a host name or address'),
    dev: '127.0.0.1',
    start: '0.0.0.0',
  }),
  port: setting({
    env: ['ORDERTRAIL_PORT', 'PORT'],
    about: 'Port to listen on; 0 takes a free one.',
    parse: wholeNumber(0, 65_535),
    default: 4400,
  }),
  role: setting<readonly Role[]>({
    env: 'ORDERTRAIL_ROLE',
    about:
      'What this process does: all, or some of api, gateway, dispatcher with commas between them. Less than all needs PostgreSQL.',
    parse: rolesOf,
    default: ROLES,
  }),
  databaseUrl: setting<string | null>({
    env: ['ORDERTRAIL_DATABASE_URL', 'DATABASE_URL'],
    about: 'PostgreSQL that holds the store. Without it the store is a SQLite file.',
    parse: postgresUrl,
    default: null,
    isSecret: true,
  }),
  storePath: setting({
    env: 'ORDERTRAIL_STORE_PATH',
    about: 'SQLite file that holds the store when there is no database URL; ":memory:" forgets everything at the end.',
    parse: text('a path of a file, or :memory:'),
    dev: '.ordertrail/dev.db',
    start: 'ordertrail.db',
  }),
  broker: setting<(typeof BROKERS)[number]>({
    env: ['ORDERTRAIL_BROKER', 'BROKER'],
    about:
      'What carries statuses from node to node: memory (one process), postgres (LISTEN and NOTIFY), nats. auto: postgres on PostgreSQL, else memory.',
    parse: oneOf(BROKERS),
    default: 'auto',
  }),
  natsServers: setting<readonly NatsServer[]>({
    env: ['ORDERTRAIL_NATS_URL', 'NATS_URL'],
    about:
      'NATS between the nodes, when the broker is nats: nats://user:password@host:4222 or tls://…, several with commas between them.',
    parse: listOf(natsUrl),
    default: [],
    isSecret: true,
  }),
  natsPrefix: setting({
    env: 'ORDERTRAIL_NATS_PREFIX',
    about: 'First part of all NATS subjects; installations that share a NATS need different ones.',
    parse: text('1 to 32 letters, digits, _ or -', (value) => /^[\w-]{1,32}$/.test(value)),
    default: 'ordertrail',
  }),
  secretKey: setting<Uint8Array>({
    env: 'ORDERTRAIL_SECRET_KEY',
    about: 'Key that seals webhook and login secrets in the store: 32 random bytes in base64 or hex.',
    parse: secretKey,
    dev: DEV_SECRET_KEY,
    start: new Required(RANDOM_KEY_HINT),
    isSecret: true,
  }),
  secretKeysOld: setting<readonly Uint8Array[]>({
    env: 'ORDERTRAIL_SECRET_KEYS_OLD',
    about: 'Former secret keys, with commas between them, so that what they sealed can still be read after a rotation.',
    parse: listOf(secretKey),
    default: [],
    isSecret: true,
  }),
  adminKey: setting({
    env: 'ORDERTRAIL_ADMIN_KEY',
    about: `Key of the installation for its own /v1 calls: at least ${ADMIN_KEY_CHARS_MIN} characters.`,
    parse: text(`at least ${ADMIN_KEY_CHARS_MIN} characters`, (value) => value.length >= ADMIN_KEY_CHARS_MIN),
    dev: DEV_ADMIN_KEY,
    start: new Required(RANDOM_KEY_HINT),
    isSecret: true,
  }),
  logLevel: setting<LogLevel>({
    env: 'ORDERTRAIL_LOG_LEVEL',
    about: 'Least severe line that is logged.',
    parse: oneOf(LOG_LEVELS),
    dev: 'warn',
    start: 'info',
  }),
  logFormat: setting<LogFormat>({
    env: 'ORDERTRAIL_LOG_FORMAT',
    about: 'Readable lines, JSON, or readable at a terminal and JSON elsewhere.',
    parse: oneOf(LOG_FORMATS),
    dev: 'auto',
    start: 'json',
  }),
  allowTimeSkip: setting({
    env: 'ORDERTRAIL_ALLOW_TIME_SKIP',
    about: 'Whether wall time can be moved forward; only in dev.',
    parse: yesOrNo,
    dev: true,
    start: false,
  }),
  rateLimits: setting<(typeof RATE_LIMIT_MODES)[number]>({
    env: 'ORDERTRAIL_RATE_LIMITS',
    about: 'Limits of requests per client, and of commands per connection: on, ten times as generous, or off.',
    parse: oneOf(RATE_LIMIT_MODES),
    dev: 'generous',
    start: 'on',
  }),
  trustedProxies: setting<readonly string[]>({
    env: 'ORDERTRAIL_TRUSTED_PROXIES',
    about: 'Networks of reverse proxies whose X-Forwarded-For is believed.',
    parse: listOf(network),
    default: [],
  }),
  deliveriesInFlightMax: setting({
    env: 'ORDERTRAIL_DELIVERIES_IN_FLIGHT_MAX',
    about: 'Webhooks that one process sends at the same time.',
    parse: wholeNumber(1, 4096),
    default: 512,
  }),
  deliveryDeadlineMs: setting({
    env: 'ORDERTRAIL_DELIVERY_DEADLINE_MS',
    about: 'How long one webhook may take, from connecting to the last byte of the answer.',
    parse: wholeNumber(1_000, 60_000),
    default: 15_000,
  }),
  deliveryLeaseMarginMs: setting({
    env: 'ORDERTRAIL_DELIVERY_LEASE_MARGIN_MS',
    about:
      'How long after its deadline a webhook still belongs to the process that sent it; after a crash it is sent again then.',
    parse: wholeNumber(500, 60_000),
    default: 10_000,
  }),
  webhookNetworksAllowed: setting<readonly string[]>({
    env: 'ORDERTRAIL_WEBHOOK_NETWORKS_ALLOWED',
    about: 'Private networks that may receive webhooks at any port, for instance those of your own containers.',
    parse: listOf(network),
    default: [],
  }),
  webhookPortsAllowed: setting<readonly number[]>({
    env: 'ORDERTRAIL_WEBHOOK_PORTS_ALLOWED',
    about: 'Ports besides 443 at which public hosts may receive webhooks.',
    parse: listOf(wholeNumber(1, 65_535)),
    default: [],
  }),
  webhookDetailsKeptDays: setting({
    env: 'ORDERTRAIL_WEBHOOK_DETAILS_KEPT_DAYS',
    about:
      'Days that bodies, headers and answers of webhooks are kept after their end, unless a project has its own number; 0: for ever.',
    parse: wholeNumber(0, KEPT_DAYS_MAX),
    dev: 0,
    start: 30,
  }),
  logKeptDays: setting({
    env: 'ORDERTRAIL_LOG_KEPT_DAYS',
    about: 'Days that attempts and the audit log are kept, and never less than the details of webhooks; 0: for ever.',
    parse: wholeNumber(0, KEPT_DAYS_MAX),
    dev: 0,
    start: 400,
  }),
  leftoversKeptDays: setting({
    env: 'ORDERTRAIL_LEFTOVERS_KEPT_DAYS',
    about:
      'Days that carts of visitors are kept after their last change, and payment tokens after their end; 0: for ever.',
    parse: wholeNumber(0, KEPT_DAYS_MAX),
    dev: 0,
    start: 30,
  }),
  isMetricsOn: setting({
    env: 'ORDERTRAIL_METRICS',
    about: 'Whether figures are kept for Prometheus at /metrics.',
    parse: yesOrNo,
    dev: false,
    start: true,
  }),
}
