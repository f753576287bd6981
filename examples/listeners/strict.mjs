// A listener with everything that may be asked of a sender.
import { createWebhookListener } from '@ordertrail/webhooks'
import { allowSources } from '@ordertrail/webhooks/sources'

export const listener = createWebhookListener({
  // The secrets that are valid, newest first, while one is being rotated.
  secrets: ['the next secret', 'the present secret'],
  // Not accepted, but named to onError when a signature fits one.
  otherSecrets: { 'the test project': 'secret of the test project' },
  projectId: 44056,
  signature: 'both',
  sources: allowSources({ addresses: ['185.30.20.0/22', '2001:db8::/32'], trustedProxies: 1 }),
  userExists: async (userId) => userId.startsWith('player-'),
  onPaid: async ({ orderId }) => console.log('grant', orderId),
  onCanceled: async ({ orderId }) => console.log('take back', orderId),
  onPartnerCatalog: ({ userId }) =>
    userId === 'player-1' ? [{ sku: 'sword', quantity: 1, date_until: new Date('2030-01-01T00:00:00Z') }] : null,
  onError: (problem) => console.warn(problem.kind, problem.sentence),
})
