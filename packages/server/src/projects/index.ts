// The front door of projects: settings and facts, the directory, who calls, tokens, commands and endpoints.
export { actorOf } from './actor.ts'
export { hashOfApiKey } from './api-keys.ts'
export { type AuthenticationDeps, createAuthenticators } from './authentication/authenticators.ts'
export { createKeySetFetcher, type KeySetFetcher } from './authentication/fetch-key-set.ts'
export type { FetchKeySet } from './authentication/key-sets.ts'
export { isUserId } from './authentication/party-id.ts'
export { createPlayerTokens, type PlayerTokenDeps, type PlayerTokens } from './authentication/player-tokens.ts'
export type { ResolvedPlayer } from './authentication/resolved-player.ts'
export { changeProjectSettings, type NotificationRoute, type RouteChange } from './change-settings.ts'
export { putWebhookSettings } from './change-webhook-settings.ts'
export { retirableAudit } from './forget-audit.ts'
export { retirablePaymentTokens } from './forget-payment-tokens.ts'
export { type IssuedUserToken, issueUserToken, type TokenPlayer, type UserTokenRequest } from './issue-user-token.ts'
export { parseProjectSettings } from './parse-project-settings.ts'
export { type AskedListener, askedListenerOf } from './partner-listener.ts'
export {
  type FoundPaymentToken,
  findPaymentToken,
  insertPaymentTokens,
  newPaymentToken,
  projectOfPaymentToken,
} from './payment-tokens.ts'
export { type ProjectCallbacks, projectCommands } from './project-commands.ts'
export { createProjectDirectory, type ProjectDirectory, type WebhookTarget } from './project-directory.ts'
export { makeProjectEndpoints, type ProjectEndpointDeps, type ProjectEndpointName } from './project-endpoints.ts'
export {
  isWebhookRoute,
  loadProjectFacts,
  lockProjectAlone,
  type ProjectFacts,
  readProjectFacts,
  type WebhookFacts,
  webhookModeOf,
} from './project-facts.ts'
export {
  defaultProjectSettings,
  type JwtSettings,
  type ProjectSettings,
  type ProjectSettingsPatch,
  patchedSettings,
  type ScheduledNotification,
  type WebhookToggles,
} from './project-settings.ts'
export { type ProjectKeeping, readKeeping } from './read-keeping.ts'
export { type AuditEntry, recordAudit } from './record-audit.ts'
export { LOGIN_SECRET_CONTEXT, webhookSecretContext } from './secret-contexts.ts'
export { type SeedProjectInput, seedProject } from './seed-project.ts'
