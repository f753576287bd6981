// Where the game of a project is asked what its players may buy.
import type { ProjectDirectory, WebhookTarget } from './project-directory.ts'
import { isWebhookRoute } from './project-facts.ts'
import type { ProjectSettings } from './project-settings.ts'

/** The listener, how long its answer may take, and what decides the currency that it is told. */
export type AskedListener = Pick<WebhookTarget, 'url' | 'secrets'> &
  Pick<ProjectSettings, 'defaultCurrency' | 'currencyByCountry'> & { readonly deadlineMs: number }

/**
 * The listener that is asked for personal catalogs; null: the project does not ask, or sends no webhooks at present.
 *
 * @throws {AppError} secret_unreadable
 */
export async function askedListenerOf(
  directory: Pick<ProjectDirectory, 'find' | 'webhookTarget'>,
  projectId: number,
): Promise<AskedListener | null> {
  const facts = await directory.find(projectId)
  if (facts === undefined || !facts.settings.isPartnerCatalogOn || !isWebhookRoute(facts)) return null
  const target = await directory.webhookTarget(projectId)
  if (target === null || !target.isEnabled || target.url === '') return null
  const { defaultCurrency, currencyByCountry, partnerCatalogDeadlineMs: deadlineMs } = facts.settings
  return { url: target.url, secrets: target.secrets, defaultCurrency, currencyByCountry, deadlineMs }
}
