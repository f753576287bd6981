// A store with one project and one order to pay, for tests of payments.

import type { Row } from '../../platform/store/index.ts'
import { seedRows, type TestStore, type TestStoreOptions } from '../../platform/store/testing/index.ts'
import { defaultProjectSettings, type ProjectSettings } from '../../projects/index.ts'
import { paymentCommands } from '../payment-commands.ts'

/** The project and order of every payment test. */
export const PROJECT_ID = 44056
export const ORDER_ID = 10_000_001

/** What differs from an unpaid order of 1.99 USD in a project whose webhooks are combined. */
export interface PaymentStoreOptions {
  readonly order?: Partial<Row<'orders'>>
  readonly settings?: Partial<ProjectSettings>
}

type Open = (options?: TestStoreOptions) => Promise<TestStore>

/** Opens a store with merchant, project, webhook settings and order. */
export async function givenPaymentStore(open: Open, options: PaymentStoreOptions = {}): Promise<TestStore> {
  const opened = await open({ commands: [...paymentCommands()] })
  const { store } = opened
  const settings = JSON.stringify({ ...defaultProjectSettings, ...options.settings })
  const at = store.now()
  await store.run(seedRows, {
    table: 'merchants',
    rows: [{ id: 1001, name: 'Studio', registered_at: Date.UTC(2025, 5, 1), created_at: at }],
  })
  await store.run(seedRows, {
    table: 'projects',
    rows: [{ id: PROJECT_ID, merchant_id: 1001, name: 'Game', settings, created_at: at, updated_at: at }],
  })
  await store.run(seedRows, { table: 'webhook_settings', rows: [givenWebhook(at)] })
  await store.run(seedRows, { table: 'orders', rows: [{ ...givenOrder(at), ...options.order }] })
  return opened
}

/** An unpaid order of 1.99 USD. */
export function givenOrder(at: number): Row<'orders'> {
  return {
    project_id: PROJECT_ID,
    id: ORDER_ID,
    status: 'new',
    mode: 'default',
    currency_kind: 'real',
    currency: 'USD',
    amount: 199,
    amount_without_discount: 199,
    party_kind: 'user',
    party_id: 'player-1',
    channel: 'p44056_test',
    user_email: 'player@example.com',
    user_country: 'US',
    user_details: '{}',
    platform: 'xsolla',
    comment: null,
    external_id: null,
    custom_parameters: null,
    promotions: '[]',
    promocodes: null,
    coupons: null,
    settings: '{}',
    accepted_payment_id: null,
    timeline_length: 0,
    created_at: at,
    updated_at: at,
    paid_at: null,
    expires_at: at + 86_400_000,
  }
}

function givenWebhook(at: number): Row<'webhook_settings'> {
  return {
    project_id: PROJECT_ID,
    url: 'https://game.example/webhooks',
    secret: 'sealed',
    previous_secret: null,
    previous_secret_until: null,
    is_enabled: 1,
    version: 1,
    created_at: at,
    updated_at: at,
  }
}
