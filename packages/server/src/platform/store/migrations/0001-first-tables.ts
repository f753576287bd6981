// The first tables: merchants to audit log, with the indexes that the hot paths use.
import { type Kysely, sql } from 'kysely'
import type { Engine } from '../store.ts'

/** Columns of one table as SQL; `int` stands for the engine's 64-bit integer. */
interface TableDefinition {
  readonly name: string
  readonly columns: string
  /** True where rows are narrow and always read by key: SQLite then keeps them in the key's tree. */
  readonly isClustered?: boolean
}

const MERCHANT_TABLES: readonly TableDefinition[] = [
  { name: 'meta', columns: 'key text primary key, value text not null' },
  {
    name: 'id_blocks',
    columns: 'project_id int not null, kind text not null, next_id int not null, primary key (project_id, kind)',
    isClustered: true,
  },
  {
    name: 'merchants',
    columns: 'id int primary key, name text not null, registered_at int not null, created_at int not null',
  },
  {
    name: 'projects',
    columns:
      'id int primary key, merchant_id int not null references merchants (id), name text not null, settings text not null, created_at int not null, updated_at int not null',
  },
  {
    name: 'api_keys',
    columns:
      'key_hash text primary key, merchant_id int not null references merchants (id), project_id int not null, name text not null, created_at int not null, revoked_at int',
  },
  {
    name: 'webhook_settings',
    columns:
      'project_id int primary key references projects (id), url text not null, secret text not null, previous_secret text, previous_secret_until int, is_enabled int not null, version int not null, failing_told_at int, created_at int not null, updated_at int not null',
  },
  {
    name: 'users',
    columns:
      'project_id int not null, party_kind text not null, party_id text not null, email text, name text, country text, created_at int not null, primary key (project_id, party_kind, party_id)',
  },
  {
    name: 'audit_log',
    columns:
      'project_id int not null, id int not null, at int not null, actor text not null, action text not null, target text not null, details text not null, primary key (project_id, id)',
  },
  {
    name: 'idempotency_keys',
    columns:
      'project_id int not null, scope text not null, key text not null, request_hash text not null, status int not null, body text not null, created_at int not null, expires_at int not null, primary key (project_id, scope, key)',
  },
]

const CATALOG_TABLES: readonly TableDefinition[] = [
  {
    name: 'catalog_items',
    columns:
      'project_id int not null, sku text not null, item_id int not null, type text not null, name text not null, description text not null, image_url text, is_free int not null, is_enabled int not null, is_pre_order int not null, prices text not null, virtual_prices text not null, custom_attributes text, groups text not null, details text not null, sort_order int not null, updated_at int not null, primary key (project_id, sku)',
  },
  {
    name: 'bundle_contents',
    columns:
      'project_id int not null, bundle_sku text not null, position int not null, sku text not null, quantity int not null, primary key (project_id, bundle_sku, position)',
    isClustered: true,
  },
  {
    name: 'virtual_currency_balances',
    columns:
      'project_id int not null, party_kind text not null, party_id text not null, sku text not null, balance int not null check (balance >= 0), primary key (project_id, party_kind, party_id, sku)',
    isClustered: true,
  },
  {
    name: 'carts',
    columns:
      'project_id int not null, party_kind text not null, party_id text not null, cart_id text not null, is_default int not null, currency text, country text, items text not null, created_at int not null, updated_at int not null, primary key (project_id, party_kind, party_id, cart_id)',
  },
]

const ORDER_TABLES: readonly TableDefinition[] = [
  {
    name: 'orders',
    columns:
      'project_id int not null, id int not null, status text not null, mode text not null, currency_kind text not null, currency text, amount int not null, amount_without_discount int not null, party_kind text not null, party_id text not null, channel text not null, user_email text, user_country text, user_details text not null, platform text, comment text, external_id text, custom_parameters text, promotions text not null, promocodes text, coupons text, settings text not null, accepted_payment_id int, timeline_length int not null, created_at int not null, updated_at int not null, paid_at int, overdue_at int, expires_at int, primary key (project_id, id)',
  },
  {
    name: 'order_items',
    columns:
      'project_id int not null, order_id int not null, position int not null, item_id int not null, sku text not null, type text not null, name text not null, quantity int not null, amount int, amount_without_discount int, is_free int not null, is_bonus int not null, is_bundle_content int not null, is_pre_order int not null, promotions text not null, custom_attributes text, description text, primary key (project_id, order_id, position)',
    isClustered: true,
  },
  {
    name: 'status_transitions',
    columns:
      'project_id int not null, order_id int not null, number int not null, from_status text, to_status text not null, outcome text not null, cause text not null, cause_reference text, note text, at int not null, primary key (project_id, order_id, number)',
    isClustered: true,
  },
  {
    name: 'channels',
    columns:
      'project_id int not null, channel text not null, party_kind text not null, party_id text not null, epoch text not null, last_offset int not null, created_at int not null, primary key (project_id, channel)',
    isClustered: true,
  },
  {
    name: 'publications',
    columns:
      'project_id int not null, channel text not null, stream_offset int not null, order_id int not null, data text not null, created_at int not null, primary key (project_id, channel, stream_offset)',
    isClustered: true,
  },
]

const PAYMENT_TABLES: readonly TableDefinition[] = [
  {
    name: 'payments',
    columns:
      'project_id int not null, id int not null, order_id int not null, provider text not null, provider_reference text not null, state text not null, amount int not null, currency text not null, method int not null, method_name text not null, is_sandbox int not null, review_reason text, details text not null, occurred_at int not null, created_at int not null, updated_at int not null, primary key (project_id, id), unique (project_id, provider, provider_reference)',
  },
  {
    name: 'refunds',
    columns:
      'project_id int not null, id int not null, order_id int not null, payment_id int not null, provider_reference text, state text not null, amount int not null, currency text not null, code int not null, reason text not null, reason_detail text, author text not null, failure text, lease_token int, lease_until int, attempt_count int not null, due_at int, requested_at int not null, ended_at int, primary key (project_id, id)',
  },
  {
    name: 'payment_events',
    columns:
      'project_id int not null, id int not null, provider text not null, event_id text not null, type text not null, order_id int, order_external_id text, provider_reference text, state text not null, note text, body text not null, received_at int not null, parked_until int, primary key (project_id, id), unique (project_id, provider, event_id)',
  },
  {
    name: 'payment_tokens',
    columns:
      'project_id int not null, token_hash text not null, order_id int, party_kind text not null, party_id text not null, created_at int not null, expires_at int not null, primary key (project_id, token_hash)',
    isClustered: true,
  },
]

const NOTIFICATION_TABLES: readonly TableDefinition[] = [
  {
    name: 'notifications',
    columns:
      'project_id int not null, id int not null, order_id int not null, type text not null, mode text not null, version int not null, route text not null, party_kind text not null, party_id text not null, transaction_id int, body text not null, created_at int not null, primary key (project_id, id)',
  },
  {
    name: 'deliveries',
    columns:
      'project_id int not null, id int not null, notification_id int not null, order_id int not null, type text not null, mode text not null, line int not null, predecessor_id int, state text not null, offsets text not null, position int not null, first_attempt_at int, due_at int, lease_owner text, lease_token int not null, lease_until int, attempt_count int not null, crash_resends int not null, last_status int, ended_by text, created_at int not null, ended_at int, primary key (project_id, id)',
  },
  {
    name: 'attempts',
    columns:
      'project_id int not null, delivery_id int not null, number int not null, order_id int not null, kind text not null, position int, is_late int not null, requested_by text, url text not null, started_at int not null, ended_at int not null, outcome text not null, status int, failure text, request_headers text not null, response_headers text, response_body text, primary key (project_id, delivery_id, number)',
  },
  {
    name: 'events_state',
    columns:
      'project_id int not null, id int not null, notification_id int not null, order_id int not null, party_kind text not null, party_id text not null, type text not null, created_at int not null, processed_at int, primary key (project_id, id)',
  },
]

// Those that are read in the order of ids end with the id: SQLite would take the primary key for the sake of that order, and read
// everything the project ever had.
const INDEXES: readonly string[] = [
  'create index projects_merchant on projects (merchant_id)',
  'create index api_keys_owner on api_keys (merchant_id, project_id)',
  'create unique index catalog_items_id on catalog_items (project_id, item_id)',
  'create index orders_created on orders (project_id, created_at, id)',
  'create index orders_party on orders (project_id, party_kind, party_id, id)',
  "create index orders_expiring on orders (expires_at) where status = 'new' and expires_at is not null",
  "create index orders_overdue on orders (overdue_at) where status = 'paid' and overdue_at is not null",
  "create index payment_events_external on payment_events (project_id, order_external_id, id) where state = 'parked' and order_external_id is not null",
  "create index payment_events_parked_until on payment_events (parked_until) where state = 'parked'",
  "create index payments_pending on payments (provider, created_at) where state = 'pending'",
  "create index payments_authorized on payments (provider, created_at) where state = 'authorized'",
  'create index orders_external on orders (project_id, external_id) where external_id is not null',
  'create index payments_order on payments (project_id, order_id, id)',
  'create index refunds_order on refunds (project_id, order_id, id)',
  "create index refunds_due on refunds (due_at) where state in ('requested', 'pending') and due_at is not null",
  "create index payment_events_parked on payment_events (project_id, order_id, id) where state = 'parked'",
  'create index notifications_order on notifications (project_id, order_id, id)',
  "create index deliveries_due on deliveries (due_at) where state = 'due'",
  "create index deliveries_leased on deliveries (lease_until) where state = 'claimed'",
  'create index deliveries_order on deliveries (project_id, order_id, line)',
  'create index attempts_order on attempts (project_id, order_id, started_at)',
  'create index events_unprocessed on events_state (project_id, party_kind, party_id, id) where processed_at is null',
  'create index events_order on events_state (project_id, order_id, id)',
  'create index idempotency_keys_expiry on idempotency_keys (expires_at)',
  'create index payment_tokens_expiry on payment_tokens (expires_at)',
]

/** Statement that makes one table on `engine`. */
function createTable(engine: Engine, table: TableDefinition): string {
  const columns = table.columns.replaceAll(/ int\b/g, engine === 'sqlite' ? ' integer' : ' bigint')
  const options = engine === 'sqlite' ? ` strict${table.isClustered ? ', without rowid' : ''}` : ''
  return `create table ${table.name} (${columns})${options}`
}

/** Makes all tables and indexes; runs inside the migrator's transaction. */
export async function up(engine: Engine, db: Kysely<unknown>): Promise<void> {
  const tables = [...MERCHANT_TABLES, ...CATALOG_TABLES, ...ORDER_TABLES, ...PAYMENT_TABLES, ...NOTIFICATION_TABLES]
  for (const table of tables) await sql.raw(createTable(engine, table)).execute(db)
  for (const index of INDEXES) await sql.raw(index).execute(db)
}
