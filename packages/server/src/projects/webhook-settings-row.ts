// What the documented and our own calls about webhook settings share: the row, and the rule for URLs.
import { AppError } from '@ordertrail/core'
import type { UrlCheck } from '../platform/http/index.ts'
import type { Seal } from '../platform/seal.ts'
import type { Row, Store } from '../platform/store/index.ts'

/** Shorter secrets are taken, because the documented API takes them, but are warned of. */
export const SECRET_CHARS_ADVISED = 32

/** Longer than any secret that is used; documented and own calls alike. */
export const SECRET_CHARS_MAX = 1_000

/** What calls about webhook settings need. `checkUrl` is the rule that holds at send time, too. */
export interface WebhookSettingsDeps {
  readonly store: Store
  readonly seal: Seal
  readonly checkUrl: (url: string) => UrlCheck | Promise<UrlCheck>
}

/** The settings of a project; undefined: never made. */
export function readWebhookRow(store: Store, projectId: number): Promise<Row<'webhook_settings'> | undefined> {
  return store.read.selectFrom('webhook_settings').where('project_id', '=', projectId).selectAll().executeTakeFirst()
}

/** Refuses a URL that could never be sent to. */
export async function assertUsableUrl({ checkUrl }: WebhookSettingsDeps, url: string): Promise<void> {
  const check = await checkUrl(url)
  if (check.ok) return
  throw new AppError('webhook_url_refused', {
    message: check.sentence,
    details: { reason: check.sentence, refusal: check.reason },
  })
}
