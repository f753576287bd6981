// The look of the pay station: one style sheet in the page itself, because nothing is loaded from elsewhere.
import { createHash } from 'node:crypto'

/** The style sheet; light and dark by the player's own choice, no wider than a phone where the window is one. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1a2230; --soft: #566173; --line: #d3dae4; --paper: #ffffff; --back: #eef1f6; --accent: #1d5bd0; --on-accent: #ffffff; --bad: #b3261e; --bad-back: #fdeceb; --good: #17703d; --good-back: #e8f5ed }
@media (prefers-color-scheme: dark) { :root { --ink: #e9edf3; --soft: #a5b0bf; --line: #3a4452; --paper: #1a2029; --back: #10141a; --accent: #83adff; --on-accent: #0c1a33; --bad: #ff9088; --bad-back: #3a1f1e; --good: #74dba0; --good-back: #163024 } }
* { box-sizing: border-box }
body { margin: 0; padding: 1rem; font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--ink); background: var(--back) }
main { max-width: 32rem; margin: 1.5rem auto; padding: 1.5rem; background: var(--paper); border: 1px solid var(--line); border-radius: 14px }
header { display: flex; align-items: center; justify-content: space-between; gap: 1rem; margin-bottom: 1rem }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 }
.badge { padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 999px; font-size: .8rem; color: var(--soft); white-space: nowrap }
table { width: 100%; border-collapse: collapse; margin: 0 0 1rem }
caption { text-align: left; color: var(--soft); font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .5rem 0; border-bottom: 1px solid var(--line); font-weight: normal }
td:first-child { overflow-wrap: anywhere }
thead th { color: var(--soft); font-size: .85rem }
th:nth-child(2), td:nth-child(2) { padding: .5rem .9rem; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
td:last-child, th:last-child { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
tfoot th { text-align: left }
tfoot th, tfoot td:last-child { border: 0; padding: .75rem 0 0; font-weight: 600; font-size: 1.1rem }
fieldset { min-width: 0; border: 0; margin: 0 0 1rem; padding: 0 }
legend { padding: 0; margin-bottom: .5rem; font-weight: 600 }
.choice { display: flex; align-items: center; gap: .75rem; padding: .7rem .9rem; margin-bottom: .5rem; border: 1px solid var(--line); border-radius: 10px; cursor: pointer }
.choice:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent) }
.choice:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px }
input[type=radio] { width: 1.1rem; height: 1.1rem; margin: 0; accent-color: var(--accent) }
.choice input:focus-visible { outline: 0 }
label.above { display: block; margin-bottom: .3rem; color: var(--soft); font-size: .9rem }
input[type=email] { width: 100%; padding: .65rem .8rem; border: 1px solid var(--soft); border-radius: 10px; font: inherit; color: inherit; background: transparent }
button, .button { display: block; width: 100%; font: inherit; text-align: center; text-decoration: none; padding: .7rem 1rem; margin: 0 0 .6rem; border-radius: 10px; border: 1px solid var(--soft); background: transparent; color: inherit; cursor: pointer }
.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600 }
button:hover, .button:hover { filter: brightness(.95) }
button:focus-visible, a:focus-visible, input[type=email]:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.problem, .good { padding: .7rem .9rem; margin: 0 0 1rem; border-left: 4px solid; border-radius: 6px }
.problem { border-color: var(--bad); background: var(--bad-back) }
.good { border-color: var(--good); background: var(--good-back) }
.soft { color: var(--soft); font-size: .9rem; margin: 0 0 .75rem }
a:not(.button) { color: inherit; border-radius: 4px }
.others { display: grid; grid-template-columns: 1fr 1fr; gap: 0 .6rem; margin-top: .4rem }
.others button:last-child { grid-column: 1 / -1 }
@media (max-width: 30rem) { body { padding: 0 } main { margin: 0; min-height: 100vh; border: 0; border-radius: 0; padding: 1.25rem 1rem } }
`

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/**
 * Headers of every page: nothing from elsewhere, no scripts, nobody keeps it, and the token does not leave in a referrer.
 *
 * A game may show the page in a frame. Forms may lead anywhere on the web, because browsers apply that rule to the redirects which follow,
 * and the last one goes to the game.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self' http: https:; base-uri 'none'; frame-ancestors *`,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}
