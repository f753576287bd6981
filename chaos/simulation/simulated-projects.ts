// Projects of simulations, put straight into the store.
import type { Row, Store } from '../../packages/server/src/platform/store/index.ts'
import { seedRows } from '../../packages/server/src/platform/store/testing/index.ts'
import {
  defaultProjectSettings,
  type ProjectSettingsPatch,
  patchedSettings,
} from '../../packages/server/src/projects/index.ts'
import { SIMULATION_START_MS } from './simulated-time.ts'

const MERCHANT_ID = 1001
const COMBINED_SINCE_MS = Date.UTC(2025, 5, 1)

/** A project; `hasWebhook` false: nobody ever made webhook settings for it. */
export interface SimulatedProject {
  readonly id: number
  readonly settings: ProjectSettingsPatch
  readonly hasWebhook: boolean
  /** True when left out. */
  readonly isEnabled?: boolean
  /** 1 when left out. */
  readonly version?: 1 | 2
}

/** Makes one merchant, where it is not there yet, with these projects. */
export async function seedProjects(
  store: Store,
  projects: readonly SimulatedProject[],
  withMerchant = true,
): Promise<void> {
  const at = SIMULATION_START_MS
  const merchant = { id: MERCHANT_ID, name: 'Studio', registered_at: COMBINED_SINCE_MS, created_at: at }
  if (withMerchant) await store.run(seedRows, { table: 'merchants', rows: [merchant] })
  const rows = projects.map(({ id, settings }) => ({
    id,
    merchant_id: MERCHANT_ID,
    name: `Game ${id}`,
    settings: JSON.stringify(patchedSettings(defaultProjectSettings, settings)),
    created_at: at,
    updated_at: at,
  }))
  await store.run(seedRows, { table: 'projects', rows })
  const webhooks = projects.filter(({ hasWebhook }) => hasWebhook).map(webhookRow)
  await store.run(seedRows, { table: 'webhook_settings', rows: webhooks })
}

function webhookRow({ id, isEnabled = true, version = 1 }: SimulatedProject): Row<'webhook_settings'> {
  return {
    project_id: id,
    url: 'https://game.example/webhooks',
    secret: 'sealed',
    previous_secret: null,
    previous_secret_until: null,
    is_enabled: isEnabled ? 1 : 0,
    version,
    failing_told_at: null,
    created_at: SIMULATION_START_MS,
    updated_at: SIMULATION_START_MS,
  }
}
