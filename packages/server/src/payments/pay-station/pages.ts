// The pages of the sandbox pay station: plain HTML forms that work without scripts, by keyboard and with a screen reader.
import { currencyDigits } from '@ordertrail/core'
import type { Row } from '../../platform/store/index.ts'
import type { PaymentMethod } from '../psp.ts'
import { SANDBOX_PENDING_MS, type SandboxOutcome } from '../psps/sandbox.ts'
import { type Html, html } from './html.ts'
import { STYLE } from './page-style.ts'

/** The order as the player sees it. */
export interface OrderOnPage {
  readonly order: Row<'orders'>
  readonly items: readonly Row<'order_items'>[]
}

/** What every step carries along. */
export interface StepInput extends OrderOnPage {
  readonly token: string
  /** Sentence shown on top; null when all is well. */
  readonly problem: string | null
}

/** Step 1: what is bought, and how to pay. */
export function methodPage(input: StepInput, methods: readonly PaymentMethod[]): string {
  const choices = methods.map(
    (method, index) =>
      html`<label class="choice"><input type="radio" name="method" value="${method.slug}" required${index === 0 ? html` checked` : ''}> ${method.name}</label>`,
  )
  return page(
    'Choose how to pay',
    html`${orderTable(input)}${problemBox(input.problem)}<form method="post" action="/paystation4/method">${tokenField(input.token)}
<fieldset><legend>Payment method</legend>${choices}</fieldset>
<button class="main" type="submit">Continue</button></form>`,
  )
}

/** Step 2: the data a real method would ask for. */
export function dataPage(input: StepInput, method: PaymentMethod, email: string): string {
  return page(
    'Your details',
    html`${orderTable(input)}${problemBox(input.problem)}<form method="post" action="/paystation4/data">${tokenField(input.token)}
<input type="hidden" name="method" value="${method.slug}">
<fieldset><legend>${method.name}</legend><label class="above" for="email">E-mail for the receipt (optional)</label>
<input id="email" name="email" type="email" autocomplete="email" maxlength="255" value="${email}"></fieldset>
<button class="main" type="submit">Continue</button></form>${otherWay(input.token)}`,
  )
}

const OTHER_OUTCOMES: readonly { readonly outcome: SandboxOutcome; readonly label: string }[] = [
  { outcome: 'declined', label: 'Be declined' },
  { outcome: 'paid_later', label: 'Pay later' },
  { outcome: 'closed', label: 'Close without paying' },
]

/** Step 3: pay, in one of the ways in which a payment can end. `attempt` names the press of the button. */
export function payPage(input: StepInput, method: PaymentMethod, attempt: string): string {
  const { amount, currency } = input.order
  const others = OTHER_OUTCOMES.map(
    ({ outcome, label }) => html`<button type="submit" name="outcome" value="${outcome}">${label}</button>`,
  )
  return page(
    'Pay',
    html`${orderTable(input)}${problemBox(input.problem)}<form method="post" action="/paystation4/pay">${tokenField(input.token)}
<input type="hidden" name="method" value="${method.slug}"><input type="hidden" name="attempt" value="${attempt}">
<p class="soft">Sandbox: no money moves. Choose how this payment by ${method.name} ends.</p>
<button class="main" type="submit" name="outcome" value="paid">Pay ${money(amount, currency)}</button>
<div class="others">${others}</div></form>${otherWay(input.token)}`,
  )
}

/** The end of a payment; `link` is the way back to the game, null where there is none. */
export function resultPage(
  { title, sentence, isGood }: { readonly title: string; readonly sentence: string; readonly isGood: boolean },
  link: string | null = null,
): string {
  const said = html`<p class="${isGood ? 'good' : 'problem'}" role="status">${sentence}</p>`
  return page(title, html`${said}${backLink(link)}`)
}

/** A payment that waits: it can be completed now, as the counter or bank would. */
export function pendingPage(input: StepInput, link: string | null): string {
  return page(
    'Payment pending',
    html`${orderTable(input)}<p class="good" role="status">The payment waits to be made. It succeeds by itself ${SANDBOX_PENDING_MS / 60_000} minutes after it was started.</p>
<form method="post" action="/paystation4/complete">${tokenField(input.token)}<button class="main" type="submit">Complete it now</button></form>${backLink(link)}`,
  )
}

/** A token that opens nothing; `code` is the documented number where there is one. */
export function refusalPage(title: string, sentence: string, code: number | null): string {
  const number = code === null ? '' : html`<p class="soft">Error ${code}</p>`
  return page(title, html`<p class="problem" role="alert">${sentence}</p>${number}`)
}

function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${{ html: STYLE }}</style></head>
<body><main><header><h1>${title}</h1><span class="badge">Sandbox</span></header>${body}</main></body></html>`.html
}

function orderTable({ order, items }: OrderOnPage): Html {
  const lines = items
    .filter((item) => item.is_bundle_content === 0)
    .map(
      (item) =>
        html`<tr><td>${item.name}</td><td>${item.quantity}</td><td>${money(item.amount ?? 0, order.currency)}</td></tr>`,
    )
  return html`<table><caption>Order ${order.id}</caption>
<thead><tr><th scope="col">Item</th><th scope="col">Quantity</th><th scope="col">Price</th></tr></thead><tbody>${lines}</tbody>
<tfoot><tr><th scope="row" colspan="2">Total</th><td>${money(order.amount, order.currency)}</td></tr></tfoot></table>`
}

/** All digits of the currency, as prices are written: 2.00 USD, 200 JPY. */
function money(minor: number, currency: string | null): string {
  if (currency === null) return String(minor)
  const digits = currencyDigits(currency)
  return `${(minor / 10 ** digits).toFixed(digits)} ${currency}`
}

function problemBox(problem: string | null): Html {
  return problem === null ? html`` : html`<p class="problem" role="alert">${problem}</p>`
}

function backLink(link: string | null): Html {
  return link === null ? html`` : html`<a class="button" href="${link}">Return to the game</a>`
}

function otherWay(token: string): Html {
  return html`<p class="soft"><a href="/paystation4/?${new URLSearchParams({ token }).toString()}">Choose another way to pay</a></p>`
}

function tokenField(token: string): Html {
  return html`<input type="hidden" name="token" value="${token}">`
}
