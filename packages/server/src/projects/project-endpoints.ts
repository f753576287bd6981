// All calls of this folder, made at once for the route table.
import type { Clock } from '../platform/clock.ts'
import type { Endpoint, UrlCheck } from '../platform/http/index.ts'
import type { Seal } from '../platform/seal.ts'
import type { Store } from '../platform/store/index.ts'
import { makeApiKeyEndpoints } from './api-keys.endpoints.ts'
import { makeDocumentedWebhookEndpoints } from './documented-webhook.endpoints.ts'
import { makeMerchantEndpoints } from './merchants.endpoints.ts'
import type { ProjectDirectory } from './project-directory.ts'
import { makeProjectBasicsEndpoints } from './projects.endpoints.ts'
import { makeSettingsEndpoints } from './settings.endpoints.ts'
import { makeUserTokenEndpoint } from './user-tokens.endpoints.ts'
import { makeOwnWebhookEndpoints } from './webhook-settings.endpoints.ts'

/** What the calls need. `checkUrl` says which addresses this server may be told to call. */
export interface ProjectEndpointDeps {
  readonly store: Store
  readonly directory: Pick<ProjectDirectory, 'find'>
  readonly seal: Seal
  readonly clock: Clock
  readonly checkUrl: (url: string) => UrlCheck | Promise<UrlCheck>
}

/** Names of the calls. */
export type ProjectEndpointName =
  | 'createMerchant'
  | 'getMerchantProjects'
  | 'createProject'
  | 'listProjects'
  | 'getProject'
  | 'getSettings'
  | 'changeSettings'
  | 'createKey'
  | 'listKeys'
  | 'revokeKey'
  | 'createUserToken'
  | 'getWebhook'
  | 'updateWebhook'
  | 'getWebhookSettings'
  | 'putWebhookSettings'
  | 'rotateWebhookSecret'

/** Makes every call about merchants, projects, keys, settings and user tokens. */
export function makeProjectEndpoints(deps: ProjectEndpointDeps): Readonly<Record<ProjectEndpointName, Endpoint>> {
  return {
    ...makeMerchantEndpoints(deps),
    ...makeProjectBasicsEndpoints(deps),
    ...makeApiKeyEndpoints(deps),
    ...makeSettingsEndpoints(deps),
    createUserToken: makeUserTokenEndpoint(deps),
    ...makeDocumentedWebhookEndpoints(deps),
    ...makeOwnWebhookEndpoints(deps),
  }
}
