// A script that waits for an order by polling alone: `node poll-order.ts <base url> <project id> <order id> <token>`.
import { createTracker, ordertrailEndpoints } from '@ordertrail/client/track'

const [baseUrl = '', projectId = '', orderId = '', token = ''] = process.argv.slice(2)
if (token === '') {
  console.error('Usage: node poll-order.ts <base url> <project id> <order id> <token>')
  process.exit(2)
}
const tracker = createTracker({ projectId: Number(projectId), token, endpoints: ordertrailEndpoints(baseUrl) })

// Without a socket it runs anywhere where fetch is. Each status is told once, and the outcome is the last of all.
for await (const update of tracker.trackOrder(Number(orderId), { socketMs: 0 })) {
  if (update.kind === 'status') console.log(`order ${update.orderId} is ${update.status}`)
  else if (update.kind === 'done') console.log('bought:', update.order?.content.items.map(({ sku }) => sku).join(', '))
  else {
    console.error(`no purchase: ${update.kind}`, 'advice' in update ? update.advice : '')
    process.exitCode = 1
  }
}
