// The one screen a developer sees when the emulator is ready.
import { DEV_PROJECT } from '@ordertrail/server/dev-project'

/** What the screen tells; `webhookUrl` null: no listener yet. */
export interface DevScreen {
  readonly version: string
  readonly url: string
  readonly store: string
  readonly webhookUrl: string | null
  readonly userToken: string
  readonly readyMs: number
}

/** The screen as text, at most 100 columns but for the token. */
export function devScreen(screen: DevScreen): string {
  const { url } = screen
  const socket = url.replace(/^http/, 'ws')
  const project = DEV_PROJECT.projectId
  return `
  OrderTrail ${screen.version}   emulator, everything stays on this machine   ready in ${screen.readyMs} ms

  Store API    ${url}/api/v2/project/${project}/order/:id
  WebSocket    ${socket}/connection/websocket
  Events API   ${url}/events
  Pay station  ${url}/paystation4/?token=…
  OpenAPI      ${url}/openapi.json

  project      ${project}   (merchant ${DEV_PROJECT.merchantId}, webhooks combined)
  API key      ${DEV_PROJECT.apiKey}
  webhooks     ${screen.webhookUrl ?? 'no listener yet: ordertrail dev --forward-to http://127.0.0.1:3000/webhooks'}
  secret       ${DEV_PROJECT.webhookSecret}
  user         ${DEV_PROJECT.userId}
  user token   ${screen.userToken}
  store        ${screen.store}
`
}
