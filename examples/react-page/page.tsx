// The page: makes the client once, outside of rendering, and mounts the shop.
import { createOrderTrail, ordertrailEndpoints } from '@ordertrail/client'
import { OrderTrailProvider } from '@ordertrail/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Shop } from './shop.tsx'

/** What the page's own server says about the store. */
interface PageSettings {
  readonly storeUrl: string
  readonly projectId: number
}

const settings = JSON.parse(document.getElementById('settings')?.textContent ?? '{}') as PageSettings
const endpoints = ordertrailEndpoints(settings.storeUrl)
const client = createOrderTrail({
  projectId: settings.projectId,
  // Asked again when the store does not know the token any more.
  token: async () => (await fetch('/token', { method: 'POST' })).text(),
  endpoints,
})

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <OrderTrailProvider client={client}>
      <Shop itemsUrl={`${endpoints.store}/v2/project/${settings.projectId}/items`} />
    </OrderTrailProvider>
  </StrictMode>,
)
