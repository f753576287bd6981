// The page of a small shop: buys with one click and shows what becomes of the order.
import { createTracker, ordertrailEndpoints } from './client.js'

const { baseUrl, projectId } = await (await fetch('config.json')).json()
const tracker = createTracker({
  projectId,
  // The game's server knows who is signed in, and gives a token for them; asked again when one has run out.
  token: async () => (await fetch('token', { method: 'POST' })).text(),
  endpoints: ordertrailEndpoints(baseUrl),
})

const [buy, order, number, news] = ['buy', 'order', 'order-number', 'news'].map((id) => document.getElementById(id))
const STATUSES = ['new', 'paid', 'done']

buy.addEventListener('click', async () => {
  // Opened while the click is handled, because later the browser would not allow it.
  const pay = window.open('about:blank', 'payment')
  buy.disabled = true
  const response = await fetch('orders', { method: 'POST' })
  if (!response.ok) {
    pay?.close()
    return say('The shop is closed right now. Please try again.', true)
  }
  const { orderId, payUrl } = await response.json()
  if (pay) pay.location = payUrl
  // A page that is loaded again goes on with this order.
  history.replaceState(null, '', `?order=${orderId}`)
  await follow(orderId)
})

/** Shows an order until it ends. */
async function follow(orderId) {
  buy.disabled = true
  order.hidden = false
  number.textContent = orderId
  show('')
  for await (const update of tracker.trackOrder(orderId)) {
    if (update.kind === 'status') show(update.status)
    else tell(update)
  }
  buy.disabled = false
}

/** Marks the steps that an order has reached. */
function show(status) {
  const reached = STATUSES.indexOf(status)
  for (const [index, step] of [...document.querySelectorAll('.trail li')].entries()) {
    step.classList.toggle('reached', index <= reached)
    if (index === reached) step.setAttribute('aria-current', 'step')
    else step.removeAttribute('aria-current')
  }
  if (status === 'new') say('Pay in the window that opened. This page notices by itself.')
  if (status === 'paid') say('Paid. Your gold is on its way.')
}

function tell(outcome) {
  const items = outcome.order?.content.items.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ')
  const sentences = {
    done: `Delivered: ${items ?? 'your order'}. Have fun!`,
    canceled: 'The order was canceled. Money that was paid goes back.',
    timeout: 'Nothing was paid yet. If you still pay, the gold will be there at your next visit.',
    aborted: 'We stopped watching this order.',
    failed: 'This order cannot be found. Please contact support.',
  }
  say(sentences[outcome.kind], outcome.kind === 'failed')
}

function say(sentence, isBad = false) {
  news.textContent = sentence
  news.classList.toggle('bad', isBad)
}

const pending = Number(new URLSearchParams(location.search).get('order'))
if (pending > 0) await follow(pending)
