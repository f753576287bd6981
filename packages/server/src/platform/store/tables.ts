// Every table of the store: its columns, their kind, and the row types that follow from them.

/** Kind of a column: whole number or text, `?` when null is allowed. Times are integer milliseconds, flags 0 or 1, JSON is text. */
type ColumnKind = 'int' | 'int?' | 'text' | 'text?'

/**
 * Columns of every table in the order of the newest migration.
 *
 * Grouped writes on PostgreSQL need the kind of each column; a conformance test holds this list against both real databases.
 */
export const TABLES = {
  /** Facts about the installation itself, such as the offset of skipped time. */
  meta: { key: 'text', value: 'text' },
  /** Next unused id per project and kind; project 0 holds what is unique over the installation. */
  id_blocks: { project_id: 'int', kind: 'text', next_id: 'int' },
  merchants: { id: 'int', name: 'text', registered_at: 'int', created_at: 'int' },
  /** `settings` is a JSON document, see projects/project-settings.ts. */
  projects: { id: 'int', merchant_id: 'int', name: 'text', settings: 'text', created_at: 'int', updated_at: 'int' },
  /** Only the SHA-256 of a key is kept. `project_id` 0: the key speaks for the whole merchant. */
  api_keys: {
    key_hash: 'text',
    merchant_id: 'int',
    project_id: 'int',
    name: 'text',
    created_at: 'int',
    revoked_at: 'int?',
  },
  /** `secret` and `previous_secret` are sealed (AES-256-GCM). */
  /** `failing_told_at`: when people were last told that this endpoint fails; null: never since it has its URL. */
  webhook_settings: {
    project_id: 'int',
    url: 'text',
    secret: 'text',
    previous_secret: 'text?',
    previous_secret_until: 'int?',
    is_enabled: 'int',
    version: 'int',
    failing_told_at: 'int?',
    created_at: 'int',
    updated_at: 'int',
  },
  users: {
    project_id: 'int',
    party_kind: 'text',
    party_id: 'text',
    email: 'text?',
    name: 'text?',
    country: 'text?',
    created_at: 'int',
  },
  /** `prices`, `virtual_prices`, `custom_attributes` and `details` are JSON, see catalog/item.ts. */
  catalog_items: {
    project_id: 'int',
    sku: 'text',
    item_id: 'int',
    type: 'text',
    name: 'text',
    description: 'text',
    image_url: 'text?',
    is_free: 'int',
    is_enabled: 'int',
    is_pre_order: 'int',
    prices: 'text',
    virtual_prices: 'text',
    custom_attributes: 'text?',
    groups: 'text',
    details: 'text',
    sort_order: 'int',
    updated_at: 'int',
  },
  bundle_contents: { project_id: 'int', bundle_sku: 'text', position: 'int', sku: 'text', quantity: 'int' },
  virtual_currency_balances: {
    project_id: 'int',
    party_kind: 'text',
    party_id: 'text',
    sku: 'text',
    balance: 'int',
  },
  /** `items` is JSON: [{ sku, quantity }]. */
  carts: {
    project_id: 'int',
    party_kind: 'text',
    party_id: 'text',
    cart_id: 'text',
    is_default: 'int',
    currency: 'text?',
    country: 'text?',
    items: 'text',
    created_at: 'int',
    updated_at: 'int',
    promo_code: 'text?',
  },
  /**
   * `kind` promotion | promo_code | coupon. `details` is JSON, see catalog/promotions/promotion-row.ts. `taken` is how many uses
   * are taken; kept only where the total is limited.
   */
  promotions: {
    project_id: 'int',
    promotion_id: 'int',
    kind: 'text',
    external_id: 'text',
    is_enabled: 'int',
    starts_at: 'int?',
    ends_at: 'int?',
    sort_order: 'int',
    details: 'text',
    updated_at: 'int',
    taken: 'int',
  },
  /** Codes are told apart by case; one code leads to one promotion of its project. */
  promotion_codes: { project_id: 'int', code: 'text', promotion_id: 'int' },
  /** Which orders use which promotion. `is_taken` 0: given back, because the order expired or was canceled unpaid. */
  promotion_uses: {
    project_id: 'int',
    order_id: 'int',
    promotion_id: 'int',
    party_kind: 'text',
    party_id: 'text',
    code: 'text?',
    is_taken: 'int',
    taken_at: 'int',
  },
  /**
   * `currency_kind` real | virtual | free. Amounts are minor units (virtual: whole units). `user_details`, `custom_parameters`,
   * `promotions`, `promocodes`, `coupons`, `settings` are JSON. `timeline_length` counts the rows of status_transitions.
   * `overdue_at`: when a person is told that the paid order is not done; null: it was never paid, or that was told.
   */
  orders: {
    project_id: 'int',
    id: 'int',
    status: 'text',
    mode: 'text',
    currency_kind: 'text',
    currency: 'text?',
    amount: 'int',
    amount_without_discount: 'int',
    party_kind: 'text',
    party_id: 'text',
    channel: 'text',
    user_email: 'text?',
    user_country: 'text?',
    user_details: 'text',
    platform: 'text?',
    comment: 'text?',
    external_id: 'text?',
    custom_parameters: 'text?',
    promotions: 'text',
    promocodes: 'text?',
    coupons: 'text?',
    settings: 'text',
    accepted_payment_id: 'int?',
    timeline_length: 'int',
    created_at: 'int',
    updated_at: 'int',
    paid_at: 'int?',
    overdue_at: 'int?',
    expires_at: 'int?',
  },
  /** `orders`: how many orders the project has that were created before `at`. Kept only where none can come in any more. */
  order_milestones: { project_id: 'int', at: 'int', orders: 'int' },
  /** `amount` is the total of the line; null for the content of a bundle. `promotions`, `custom_attributes`, `description` are JSON. */
  order_items: {
    project_id: 'int',
    order_id: 'int',
    position: 'int',
    item_id: 'int',
    sku: 'text',
    type: 'text',
    name: 'text',
    quantity: 'int',
    amount: 'int?',
    amount_without_discount: 'int?',
    is_free: 'int',
    is_bonus: 'int',
    is_bundle_content: 'int',
    is_pre_order: 'int',
    promotions: 'text',
    custom_attributes: 'text?',
    description: 'text?',
  },
  /** The audit of an order: `outcome` applied | ignored. `cause_reference` names the payment, refund, delivery, event or person. */
  status_transitions: {
    project_id: 'int',
    order_id: 'int',
    number: 'int',
    from_status: 'text?',
    to_status: 'text',
    outcome: 'text',
    cause: 'text',
    cause_reference: 'text?',
    note: 'text?',
    at: 'int',
  },
  /**
   * One stream per party. `epoch` never changes once made. `first_offset`: what lies before it was cut. `oldest_at`: since when the first
   * one of those that are left counts as kept; 0: the stream may have grown too long; null: there is nothing to cut. Where nothing was
   * published yet it is some time after the stream was last opened, and then the row itself is let go. `newest_id`: the newest publication,
   * on SQLite, where it leads to all others; null on PostgreSQL, and where nothing was published.
   */
  channels: {
    project_id: 'int',
    channel: 'text',
    party_kind: 'text',
    party_id: 'text',
    epoch: 'text',
    last_offset: 'int',
    created_at: 'int',
    first_offset: 'int',
    oldest_at: 'int?',
    newest_id: 'int?',
  },
  /**
   * `data` is the JSON text that clients get, byte for byte. SQLite has no index of streams: `id` is the place in the order of all that was
   * published, `previous_id` the one before in the same stream (it may be cut). PostgreSQL has an index: 0 and null there.
   */
  publications: {
    project_id: 'int',
    channel: 'text',
    stream_offset: 'int',
    order_id: 'int',
    data: 'text',
    created_at: 'int',
    id: 'int',
    previous_id: 'int?',
  },
  /** `id` is the transaction id of the wire. `state`: pending | authorized | in_review | succeeded | failed | canceled. */
  payments: {
    project_id: 'int',
    id: 'int',
    order_id: 'int',
    provider: 'text',
    provider_reference: 'text',
    state: 'text',
    amount: 'int',
    currency: 'text',
    method: 'int',
    method_name: 'text',
    is_sandbox: 'int',
    review_reason: 'text?',
    details: 'text',
    occurred_at: 'int',
    created_at: 'int',
    updated_at: 'int',
  },
  /** `state`: requested | pending | succeeded | failed. The id is the idempotency key at the provider. */
  refunds: {
    project_id: 'int',
    id: 'int',
    order_id: 'int',
    payment_id: 'int',
    provider_reference: 'text?',
    state: 'text',
    amount: 'int',
    currency: 'text',
    code: 'int',
    reason: 'text',
    reason_detail: 'text?',
    author: 'text',
    failure: 'text?',
    lease_token: 'int?',
    lease_until: 'int?',
    attempt_count: 'int',
    due_at: 'int?',
    requested_at: 'int',
    ended_at: 'int?',
  },
  /**
   * Facts from providers as received. `state`: applied | ignored | parked | unmatched | needs_review. `body` empty: it was retired; the row
   * stays, so that a repeated fact is known for ever.
   */
  payment_events: {
    project_id: 'int',
    id: 'int',
    provider: 'text',
    event_id: 'text',
    type: 'text',
    order_id: 'int?',
    order_external_id: 'text?',
    provider_reference: 'text?',
    state: 'text',
    note: 'text?',
    body: 'text',
    received_at: 'int',
    parked_until: 'int?',
  },
  /** Only the SHA-256 of a token is kept. `order_id` null: the token names a party, not an order. */
  payment_tokens: {
    project_id: 'int',
    token_hash: 'text',
    order_id: 'int?',
    party_kind: 'text',
    party_id: 'text',
    created_at: 'int',
    expires_at: 'int',
  },
  /** A body is rendered once, in the transaction that caused it; empty: it was retired. `route`: webhook | events. */
  notifications: {
    project_id: 'int',
    id: 'int',
    order_id: 'int',
    type: 'text',
    mode: 'text',
    version: 'int',
    route: 'text',
    party_kind: 'text',
    party_id: 'text',
    transaction_id: 'int?',
    body: 'text',
    created_at: 'int',
  },
  /**
   * One row per webhook that is owed. `state` is core's DeliveryState. `line` is its place in the order's chain, from 1.
   * `offsets` is the schedule, JSON minutes; `position` the next one to use. `lease_token` fences late completions.
   * `retired`: 0 all of it is here, 1 without its body and the details of its attempts, 2 without its attempts. `kept_since`: when its
   * keeping time began; null: at its end.
   */
  deliveries: {
    project_id: 'int',
    id: 'int',
    notification_id: 'int',
    order_id: 'int',
    type: 'text',
    mode: 'text',
    line: 'int',
    predecessor_id: 'int?',
    state: 'text',
    offsets: 'text',
    position: 'int',
    first_attempt_at: 'int?',
    due_at: 'int?',
    lease_owner: 'text?',
    lease_token: 'int',
    lease_until: 'int?',
    attempt_count: 'int',
    crash_resends: 'int',
    last_status: 'int?',
    ended_by: 'text?',
    created_at: 'int',
    ended_at: 'int?',
    retired: 'int',
    kept_since: 'int?',
  },
  /** `kind`: automatic | manual. `position` null for manual ones. Append only. */
  attempts: {
    project_id: 'int',
    delivery_id: 'int',
    number: 'int',
    order_id: 'int',
    kind: 'text',
    position: 'int?',
    is_late: 'int',
    requested_by: 'text?',
    url: 'text',
    started_at: 'int',
    ended_at: 'int',
    outcome: 'text',
    status: 'int?',
    failure: 'text?',
    request_headers: 'text',
    response_headers: 'text?',
    response_body: 'text?',
  },
  /**
   * Jobs that send many deliveries again. `state`: running | done | canceled | timed_out. `types` is a JSON list; null: all. `skipped` is a
   * JSON object, counts by code. The cursor is the place of the last delivery that was dealt with.
   */
  recoveries: {
    project_id: 'int',
    id: 'int',
    kind: 'text',
    types: 'text?',
    since: 'int',
    until: 'int',
    rate_per_second: 'int',
    state: 'text',
    requested_by: 'text',
    total: 'int?',
    sent: 'int',
    accepted: 'int',
    rejected: 'int',
    skipped: 'text',
    cursor_order_id: 'int',
    cursor_line: 'int',
    pause: 'text?',
    lease_owner: 'text?',
    lease_token: 'int',
    lease_until: 'int?',
    created_at: 'int',
    ended_at: 'int?',
  },
  /** How the endpoint of a project answers, over all attempts. `failing_told_at` null: people were not told, or told of the end too. */
  endpoint_health: {
    project_id: 'int',
    failures_in_row: 'int',
    silent_in_row: 'int',
    failing_since: 'int?',
    silent_since: 'int?',
    healthy_since: 'int?',
    last_accepted_at: 'int?',
    last_failed_at: 'int?',
    last_failure: 'text?',
    failing_told_at: 'int?',
  },
  /** Attempts by what came of them, per five minutes. `slot` counts those from 1970; `place` is where in the ring of a day it is kept. */
  endpoint_counts: {
    project_id: 'int',
    place: 'int',
    slot: 'int',
    accepted: 'int',
    rejected: 'int',
    errored: 'int',
    unanswered: 'int',
  },
  /** The events API. `id` is int32 per project; `processed_at` null: it comes back at every call. `retired` 1: its body is gone. */
  events_state: {
    project_id: 'int',
    id: 'int',
    notification_id: 'int',
    order_id: 'int',
    party_kind: 'text',
    party_id: 'text',
    type: 'text',
    created_at: 'int',
    processed_at: 'int?',
    retired: 'int',
  },
  /** Answers kept for a repeat of the same request. `status` 0: still running. */
  idempotency_keys: {
    project_id: 'int',
    scope: 'text',
    key: 'text',
    request_hash: 'text',
    status: 'int',
    body: 'text',
    created_at: 'int',
    expires_at: 'int',
  },
  audit_log: {
    project_id: 'int',
    id: 'int',
    at: 'int',
    actor: 'text',
    action: 'text',
    target: 'text',
    details: 'text',
  },
} as const

/** Name of a table. */
export type TableName = keyof typeof TABLES

type ColumnType<Kind> = Kind extends 'int'
  ? number
  : Kind extends 'int?'
    ? number | null
    : Kind extends 'text'
      ? string
      : string | null

/** Row types for Kysely, one per table. */
export type Tables = {
  [Table in TableName]: { [Column in keyof (typeof TABLES)[Table]]: ColumnType<(typeof TABLES)[Table][Column]> }
}

/** A whole row of one table. */
export type Row<Table extends TableName> = Readonly<Tables[Table]>

/** The kinds of the columns of `table`, in insertion order. */
export function columnsOf(table: TableName): Readonly<Record<string, ColumnKind>> {
  return TABLES[table]
}
