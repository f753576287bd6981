// Facts about a project that decide what a status change causes, read inside its transaction.
import type { WebhookMode } from '@ordertrail/core'
import type { Kysely } from 'kysely'
import { runEach, runText, type Tables, type Tx } from '../platform/store/index.ts'
import { parseProjectSettings } from './parse-project-settings.ts'
import type { ProjectSettings } from './project-settings.ts'

/** Where webhooks of a project go; secrets are not among the facts, they are read at send time. */
export interface WebhookFacts {
  readonly url: string
  readonly isEnabled: boolean
  readonly version: 1 | 2
}

/** A project with its settings. `webhook` null: webhook settings were never made. */
export interface ProjectFacts {
  readonly projectId: number
  readonly merchantId: number
  readonly name: string
  readonly merchantRegisteredAt: number
  readonly settings: ProjectSettings
  readonly webhook: WebhookFacts | null
}

/** Merchants registered from here on get combined webhooks unless their project says otherwise. */
export const COMBINED_FROM_MS: number = Date.UTC(2025, 0, 23)

/** First key of the advisory locks of projects. */
const PROJECT_LOCKS = 1

/** Facts of the projects that exist among `projectIds`, by id; takes no locks. */
export async function readProjectFacts(
  db: Kysely<Tables>,
  projectIds: readonly number[],
): Promise<ReadonlyMap<number, ProjectFacts>> {
  if (projectIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('projects')
    .innerJoin('merchants', 'merchants.id', 'projects.merchant_id')
    .leftJoin('webhook_settings', 'webhook_settings.project_id', 'projects.id')
    .where('projects.id', 'in', [...projectIds])
    .select(['projects.id', 'projects.merchant_id', 'projects.name', 'projects.settings', 'merchants.registered_at'])
    .select(['webhook_settings.url', 'webhook_settings.is_enabled', 'webhook_settings.version'])
    .execute()
  return factsById(rows)
}

/** The same for a transaction, which asks again and again. */
const FACTS = `select projects.id, projects.merchant_id, projects.name, projects.settings, merchants.registered_at,
    webhook_settings.url, webhook_settings.is_enabled, webhook_settings.version
  from projects join merchants on merchants.id = projects.merchant_id
  left join webhook_settings on webhook_settings.project_id = projects.id
`
const FACTS_POSTGRES = `${FACTS} where projects.id = any ($1::bigint[])`
const FACTS_SQLITE = `${FACTS} where projects.id = ?`

interface FactsRow {
  readonly id: number
  readonly merchant_id: number
  readonly name: string
  readonly settings: string
  readonly registered_at: number
  readonly url: string | null
  readonly is_enabled: number | null
  readonly version: number | null
}

function factsById(rows: readonly FactsRow[]): ReadonlyMap<number, ProjectFacts> {
  return new Map(rows.map((row) => [row.id, factsOf(row)]))
}

function factsOf(row: FactsRow): ProjectFacts {
  return {
    projectId: row.id,
    merchantId: row.merchant_id,
    name: row.name,
    merchantRegisteredAt: row.registered_at,
    settings: parseProjectSettings(row.settings),
    webhook:
      row.url === null ? null : { url: row.url, isEnabled: row.is_enabled === 1, version: row.version === 2 ? 2 : 1 },
  }
}

/** What a transaction has locked and read already: it holds until the end, so that nobody need ask twice. */
const loadedFacts = new WeakMap<Tx, Map<number, ProjectFacts>>()

/**
 * Facts for a transaction that moves orders: they hold until it ends, because a switch of settings waits for it.
 *
 * PostgreSQL: one shared advisory lock per project, ascending, so that two transactions never wait in a ring. SQLite has one writer.
 */
export async function loadProjectFacts(
  tx: Tx,
  projectIds: readonly number[],
): Promise<ReadonlyMap<number, ProjectFacts>> {
  const loaded = loadedFacts.get(tx) ?? new Map<number, ProjectFacts>()
  loadedFacts.set(tx, loaded)
  const missing = [...new Set(projectIds)].filter((id) => !loaded.has(id)).sort((a, b) => a - b)
  for (const [id, facts] of await lockAndRead(tx, missing)) loaded.set(id, facts)
  return loaded
}

async function lockAndRead(tx: Tx, sorted: readonly number[]): Promise<ReadonlyMap<number, ProjectFacts>> {
  if (tx.engine === 'postgres' && sorted.length > 0) {
    await tx.postText(
      `select pg_advisory_xact_lock_shared(${PROJECT_LOCKS}, id::int) from unnest($1::bigint[]) as t (id)`,
      [sorted],
    )
  }
  if (tx.engine === 'sqlite') {
    return factsById(
      await runEach<FactsRow>(
        tx,
        FACTS_SQLITE,
        sorted.map((id) => [id]),
      ),
    )
  }
  if (sorted.length === 0) return new Map()
  return factsById(await runText<FactsRow>(tx, FACTS_POSTGRES, [sorted]))
}

/** Waits until no transaction that loaded this project's facts is under way, and keeps new ones out: for switches. */
export async function lockProjectAlone(tx: Tx, projectId: number): Promise<void> {
  // Whoever locks it alone is about to change it.
  loadedFacts.delete(tx)
  if (tx.engine === 'postgres')
    await runText(tx, `select pg_advisory_xact_lock(${PROJECT_LOCKS}, $1::int)`, [projectId])
}

/** Combined or separate webhooks: the project's own choice, else by the day its merchant registered. */
export function webhookModeOf(facts: ProjectFacts): WebhookMode {
  return facts.settings.webhookMode ?? (facts.merchantRegisteredAt >= COMBINED_FROM_MS ? 'combined' : 'separate')
}

/** Whether notifications become webhooks: the events API is off and webhook settings exist, enabled or not. */
export function isWebhookRoute(facts: ProjectFacts): boolean {
  return !facts.settings.isEventsApiOn && facts.webhook !== null
}
