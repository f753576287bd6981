// What the game does with webhooks. The files beside it put this behind a server.
import { createWebhookListener } from '@ordertrail/webhooks'

const players = new Set(['player-1', 'player-2']) // your database
const grants = new Map()

export const listener = createWebhookListener({
  secret: process.env.WEBHOOK_SECRET ?? 'dev_webhook_secret_for_your_own_machine_only',
  userExists: (userId) => players.has(userId),
  onPaid: ({ orderId, userId, items }) => {
    grants.set(orderId, { userId, items })
    console.log('grant', orderId, userId, items.map((item) => `${item.quantity} ${item.sku}`).join(', '))
  },
  onCanceled: ({ orderId }) => {
    grants.delete(orderId)
    console.log('take back', orderId)
  },
})
