// Projects for tests: one merchant, one project, its keys and secrets, as small as they can be.
import { manualClock } from '../../platform/clock.ts'
import { createSeal, type Seal } from '../../platform/seal.ts'
import type { Store } from '../../platform/store/index.ts'
import { newApiKey } from '../api-keys.ts'
import { defaultProjectSettings, type ProjectSettingsPatch, patchedSettings } from '../project-settings.ts'
import { LOGIN_SECRET_CONTEXT, webhookSecretContext } from '../secret-contexts.ts'
import { seedProject } from '../seed-project.ts'

/** A project with the plain texts of everything that the store keeps sealed or hashed. */
export interface GivenProject {
  readonly projectId: number
  readonly merchantId: number
  readonly projectKey: string
  readonly merchantKey: string
  readonly loginSecret: string
}

/** What a test wants to be different. */
export interface GivenProjectOptions {
  readonly projectId?: number
  readonly merchantId?: number
  readonly registeredAt?: number
  readonly settings?: ProjectSettingsPatch
  readonly loginSecret?: string
  readonly webhook?: {
    readonly url: string
    readonly secret: string
    readonly isEnabled?: boolean
    readonly version?: 1 | 2
  }
}

/** 2025-06-01: after the day from which webhooks are combined. */
export const REGISTERED_AT: number = Date.UTC(2025, 5, 1)

/** A seal with a key of its own. */
export function testSeal(): Seal {
  return createSeal([new Uint8Array(32).fill(7)])
}

/** A clock that stands still at a moment of 2026. */
export function testClock(): ReturnType<typeof manualClock> {
  return manualClock(Date.UTC(2026, 0, 1))
}

/** Makes a project in a store whose commands include projectCommands. */
export async function givenProject(store: Store, seal: Seal, options: GivenProjectOptions = {}): Promise<GivenProject> {
  const { projectId = 44_056, merchantId = 1001, registeredAt = REGISTERED_AT, webhook } = options
  const loginSecret = options.loginSecret ?? `login-secret-of-${projectId}`
  const jwt = { algorithm: 'HS256', secret: seal.seal(loginSecret, LOGIN_SECRET_CONTEXT) } as const
  const settings = patchedSettings(defaultProjectSettings, { jwt, ...options.settings })
  const [projectKey, merchantKey] = [newApiKey(), newApiKey()]
  const base = {
    merchant: { id: merchantId, name: 'Test merchant', registeredAt },
    project: { id: projectId, name: 'Test project', settings },
    webhook:
      webhook === undefined
        ? null
        : {
            url: webhook.url,
            secret: seal.seal(webhook.secret, webhookSecretContext(projectId)),
            isEnabled: webhook.isEnabled ?? true,
            version: webhook.version ?? 1,
          },
    actor: 'test',
  } as const
  await store.run(seedProject, { ...base, key: { name: 'project', keyHash: projectKey.keyHash, speaksFor: 'project' } })
  await store.run(seedProject, {
    ...base,
    key: { name: 'merchant', keyHash: merchantKey.keyHash, speaksFor: 'merchant' },
  })
  return { projectId, merchantId, projectKey: projectKey.key, merchantKey: merchantKey.key, loginSecret }
}

/** Callbacks that note what they were called with. */
export function notedCallbacks(): {
  readonly calls: unknown[]
  readonly callbacks: {
    onRouteChanged(tx: unknown, change: unknown): Promise<void>
    onWebhooksEnabled(tx: unknown, projectId: number): Promise<void>
    onWebhooksDisabled(tx: unknown, projectId: number): Promise<void>
  }
} {
  const calls: unknown[] = []
  return {
    calls,
    callbacks: {
      onRouteChanged: async (_tx, change) => void calls.push(['route', change]),
      onWebhooksEnabled: async (_tx, projectId) => void calls.push(['enabled', projectId]),
      onWebhooksDisabled: async (_tx, projectId) => void calls.push(['disabled', projectId]),
    },
  }
}
