// What is known about projects right now, for everything outside transactions: a small cache that is never older than a second.
import type { Clock } from '../platform/clock.ts'
import { type Seal, unsealed } from '../platform/seal.ts'
import { type Service, service } from '../platform/service.ts'
import type { Row, Store } from '../platform/store/index.ts'
import { type ApiKey, findApiKey, hashOfApiKey, isApiKeyText } from './api-keys.ts'
import { FreshValues } from './fresh-values.ts'
import { type ProjectFacts, readProjectFacts } from './project-facts.ts'
import { webhookSecretContext } from './secret-contexts.ts'

/** Where to send webhooks, read at send time. `secrets`: the current one first, then the one it replaced while both are valid. */
export interface WebhookTarget {
  readonly url: string
  readonly secrets: readonly string[]
  readonly isEnabled: boolean
}

/** Reads of projects. Every answer is at most a second old, and newer than any change made through this node. */
export interface ProjectDirectory extends Service {
  /** undefined: there is no such project. */
  find(projectId: number): Promise<ProjectFacts | undefined>
  /** null: no webhook settings. */
  webhookTarget(projectId: number): Promise<WebhookTarget | null>
  /** The API key with this text; undefined: unknown or revoked. Texts are not kept, nor is anything about unknown ones. */
  apiKey(key: string): Promise<ApiKey | undefined>
  /** Projects whose login project id this is, ascending; several may share one. */
  findByLoginProject(loginProjectId: string): Promise<readonly ProjectFacts[]>
}

/** What the directory needs. */
export interface DirectoryDeps {
  readonly store: Store
  readonly seal: Seal
  readonly clock: Clock
}

const FRESH_MS = 1_000
const PROJECTS_MAX = 10_000
const KEYS_MAX = 10_000
const LOGIN_PROJECT_FORM = /^[A-Za-z0-9-]{1,64}$/

/** Makes the directory. It answers before start(), too; start() only lets it hear of changes at once. */
export function createProjectDirectory({ store, seal, clock }: DirectoryDeps): ProjectDirectory {
  const options = { clock, freshMs: FRESH_MS, entriesMax: PROJECTS_MAX }
  const facts = new FreshValues<number, ProjectFacts | undefined>(options, (id) => readOne(store, id))
  const targets = new FreshValues<number, OpenedTarget | null>(options, async (id) => {
    const row = await readWebhook(store, id)
    return row === undefined ? null : openTarget(row, seal, store.now())
  })
  const logins = new FreshValues<string, readonly number[]>(options, (id) => readLoginProjects(store, id))
  const keys = new FreshValues<string, ApiKey | undefined>({ ...options, entriesMax: KEYS_MAX }, (hash) =>
    findApiKey(store.read, hash),
  )
  const forget = (projectId: number): void => {
    facts.drop(projectId)
    targets.drop(projectId)
    logins.clear()
    keys.clear()
  }
  let stopListening = (): void => {}
  const directory: Omit<ProjectDirectory, keyof Service> = {
    find: (projectId) => facts.get(projectId),
    async webhookTarget(projectId) {
      const opened = await targets.get(projectId)
      return opened === null ? null : targetOf(opened, store.now())
    },
    async apiKey(text) {
      if (!isApiKeyText(text)) return undefined
      const hash = hashOfApiKey(text)
      const key = await keys.get(hash)
      // One that is made in the next moment must be found at once, and guesses must not drive out what is in use.
      if (key === undefined) keys.drop(hash)
      return key
    },
    async findByLoginProject(loginProjectId) {
      if (!LOGIN_PROJECT_FORM.test(loginProjectId)) return []
      const ids = await logins.get(loginProjectId)
      const found = await Promise.all(ids.map((id) => facts.get(id)))
      return found.filter((one) => one !== undefined).filter((one) => one.settings.loginProjectId === loginProjectId)
    },
  }
  const life = service('project-directory', {
    async start() {
      stopListening = store.onWakeUp((wakeUps) => {
        for (const wakeUp of wakeUps) if (wakeUp.kind === 'project_changed') forget(wakeUp.projectId)
      })
    },
    async stop() {
      stopListening()
    },
  })
  return { name: life.name, start: (signal) => life.start(signal), stop: () => life.stop(), ...directory }
}

async function readOne(store: Store, projectId: number): Promise<ProjectFacts | undefined> {
  return (await readProjectFacts(store.read, [projectId])).get(projectId)
}

function readWebhook(store: Store, projectId: number): Promise<Row<'webhook_settings'> | undefined> {
  return store.read.selectFrom('webhook_settings').where('project_id', '=', projectId).selectAll().executeTakeFirst()
}

/** Settings are compact JSON text on both engines, so their member is found as text; the caller compares the parsed value. */
async function readLoginProjects(store: Store, loginProjectId: string): Promise<readonly number[]> {
  const rows = await store.read
    .selectFrom('projects')
    .where('settings', 'like', `%"loginProjectId":"${loginProjectId}"%`)
    .select('id')
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Settings with their secrets unsealed once for as long as they are fresh, and not for each webhook. */
interface OpenedTarget {
  readonly current: WebhookTarget
  /** As long as the secret before the current one is valid, too; null: there is none. */
  readonly overlapping: { readonly target: WebhookTarget; readonly until: number } | null
}

/** A replaced secret that cannot be read does not stop the one that replaced it: that may be why it was replaced. */
function openTarget(row: Row<'webhook_settings'>, seal: Seal, now: number): OpenedTarget {
  const context = webhookSecretContext(row.project_id)
  const secret = seal.unseal(row.secret, context)
  const current = { url: row.url, secrets: [secret], isEnabled: row.is_enabled === 1 }
  const until = row.previous_secret_until ?? 0
  if (row.previous_secret === null || until <= now) return { current, overlapping: null }
  const previous = unsealed(seal, row.previous_secret, context)
  if (previous === null) return { current, overlapping: null }
  const secrets = [secret, previous]
  return { current, overlapping: { target: { ...current, secrets }, until } }
}

function targetOf({ current, overlapping }: OpenedTarget, now: number): WebhookTarget {
  return overlapping !== null && overlapping.until > now ? overlapping.target : current
}
