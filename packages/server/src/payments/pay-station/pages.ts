// The pages of the sandbox pay station: plain HTML forms that work without scripts, by keyboard and with a screen reader.
import { createHash } from 'node:crypto'
import { orderAmount } from '@ordertrail/core'
import type { Row } from '../../platform/store/index.ts'
import type { PaymentMethod } from '../psp.ts'
import type { SandboxOutcome } from '../psps/sandbox.ts'
import { type Html, html } from './html.ts'

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

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d5dbe3; --paper: #ffffff; --back: #eef1f5; --accent: #1f5fd6; --bad: #b3261e; --good: #1b7a43 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --soft: #a3aebd; --line: #39424f; --paper: #1b2028; --back: #11151b; --accent: #7aa7ff; --bad: #ff8a80; --good: #6fd79b } }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back) }
main { max-width: 34rem; margin: 2rem auto; padding: 1.5rem; background: var(--paper); border: 1px solid var(--line); border-radius: 12px }
h1 { font-size: 1.35rem; margin: 0 0 .25rem }
.badge { display: inline-block; padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 999px; font-size: .8rem; color: var(--soft) }
table { width: 100%; border-collapse: collapse; margin: 1rem 0 }
th, td { text-align: left; padding: .4rem 0; border-bottom: 1px solid var(--line); font-weight: normal }
td:last-child, th:last-child { text-align: right; font-variant-numeric: tabular-nums }
tfoot th, tfoot td { border: 0; font-weight: 600 }
fieldset { border: 1px solid var(--line); border-radius: 8px; margin: 1rem 0; padding: .75rem 1rem }
label { display: block; padding: .3rem 0 }
input[type=email] { width: 100%; padding: .5rem; border: 1px solid var(--line); border-radius: 8px; font: inherit; color: inherit; background: transparent }
button { font: inherit; padding: .6rem 1.1rem; margin: .25rem .5rem .25rem 0; border-radius: 8px; border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer }
button.main { background: var(--accent); border-color: var(--accent); color: var(--paper); font-weight: 600 }
button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.problem { border-left: 4px solid var(--bad); padding: .5rem .75rem; margin: 1rem 0 }
.good { border-left: 4px solid var(--good); padding: .5rem .75rem; margin: 1rem 0 }
.soft { color: var(--soft); font-size: .9rem }
`

/** Headers of every page: nothing from elsewhere, no scripts, nobody may frame or keep it, and the token does not leave in a referrer. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self' http: https:; base-uri 'none'; frame-ancestors *`,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

/** Step 1: what is bought, and how to pay. */
export function methodPage(input: StepInput, methods: readonly PaymentMethod[]): string {
  const choices = methods.map(
    (method, index) =>
      html`<label><input type="radio" name="method" value="${method.slug}" required${index === 0 ? html` checked` : ''}> ${method.name}</label>`,
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
<fieldset><legend>${method.name}</legend><label for="email">E-mail for the receipt (optional)</label>
<input id="email" name="email" type="email" autocomplete="email" maxlength="255" value="${email}"></fieldset>
<button class="main" type="submit">Continue</button></form>`,
  )
}

const OUTCOMES: readonly { readonly outcome: SandboxOutcome; readonly label: string; readonly isMain: boolean }[] = [
  { outcome: 'paid', label: 'Pay', isMain: true },
  { outcome: 'declined', label: 'Be declined', isMain: false },
  { outcome: 'paid_later', label: 'Pay later', isMain: false },
  { outcome: 'closed', label: 'Close without paying', isMain: false },
]

/** Step 3: pay, in one of the ways in which a payment can end. */
export function payPage(input: StepInput, method: PaymentMethod): string {
  const buttons = OUTCOMES.map(
    ({ outcome, label, isMain }) =>
      html`<button type="submit" name="outcome" value="${outcome}"${isMain ? html` class="main"` : ''}>${label}</button>`,
  )
  return page(
    'Pay',
    html`${orderTable(input)}${problemBox(input.problem)}<form method="post" action="/paystation4/pay">${tokenField(input.token)}
<input type="hidden" name="method" value="${method.slug}">
<p class="soft">Sandbox: no money moves. Choose how this payment by ${method.name} ends.</p>${buttons}</form>`,
  )
}

/** The end of a payment that did not lead back to the game. */
export function resultPage(input: {
  readonly title: string
  readonly sentence: string
  readonly isGood: boolean
}): string {
  return page(input.title, html`<p class="${input.isGood ? 'good' : 'problem'}" role="status">${input.sentence}</p>`)
}

/** A payment that waits: it can be completed now, as the counter or bank would. */
export function pendingPage(input: StepInput): string {
  return page(
    'Payment pending',
    html`${orderTable(input)}<p class="good" role="status">The payment waits to be made. It succeeds by itself after two minutes.</p>
<form method="post" action="/paystation4/complete">${tokenField(input.token)}<button class="main" type="submit">Complete it now</button></form>`,
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
<body><main><span class="badge">Sandbox</span><h1>${title}</h1>${body}</main></body></html>`.html
}

function orderTable({ order, items }: OrderOnPage): Html {
  const of = { currencyKind: 'real', currency: order.currency } as const
  const lines = items
    .filter((item) => item.is_bundle_content === 0)
    .map(
      (item) =>
        html`<tr><td>${item.name}</td><td>${item.quantity}</td><td>${orderAmount(item.amount ?? 0, of)}</td></tr>`,
    )
  return html`<table><caption class="soft">Order ${order.id}</caption>
<thead><tr><th scope="col">Item</th><th scope="col">Quantity</th><th scope="col">Price</th></tr></thead><tbody>${lines}</tbody>
<tfoot><tr><th scope="row" colspan="2">Total</th><td>${orderAmount(order.amount, of)} ${order.currency ?? ''}</td></tr></tfoot></table>`
}

function problemBox(problem: string | null): Html {
  return problem === null ? html`` : html`<p class="problem" role="alert">${problem}</p>`
}

function tokenField(token: string): Html {
  return html`<input type="hidden" name="token" value="${token}">`
}
