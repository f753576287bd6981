// docs/webhooks-reference.md: every field of every webhook body, made from the table that the tests hold bodies against.
import {
  DOCUMENTED_BODIES,
  type DocumentedBody,
  documentedFields,
} from '../packages/server/src/notifications/testing/documented-fields.ts'
import type { FieldFact } from '../packages/server/src/notifications/testing/field-fact.ts'
import { whyUnsent } from '../packages/server/src/notifications/testing/unsent-fields.ts'

/** The file, from the root of the repository. */
export const WEBHOOKS_REFERENCE = 'docs/webhooks-reference.md'

const HEAD = `# Fields of webhook bodies

Made from the tables in \`packages/server/src/notifications/testing/\`, which the tests hold every body against. After changing them:
\`npm run webhooks-reference\`. How webhooks are sent, signed and answered is in [guides/webhooks.md](guides/webhooks.md).

Bodies are compact JSON in UTF-8; members stand in the order of these tables, and what does not apply is absent. Be ready for members that
are not listed yet. Amounts in \`items\` and \`order\` are text: money with four decimals, virtual currency whole, what is free \`0\`. Amounts
in \`purchase\` and \`payment_details\` are numbers. Times are ISO 8601 with whole seconds and a numeric offset.

Words such as \`only_necessary_user\` under "When" are toggles of the project settings; \`[]\` in a field stands for each element.
`

/** What each webhook tells, and in which mode it is sent. */
const ABOUT: Readonly<Record<DocumentedBody, readonly [title: string, sentence: string]>> = {
  user_validation: ['user_validation', 'Asked while the player pays, in both modes: do you know this user?'],
  user_search: ['user_search', 'Asked by the test of the settings only: who is the player with this id?'],
  partner_side_catalog: [
    'partner_side_catalog',
    'Asked when a catalog is shown or bought from: what may this player buy?',
  ],
  payment: ['payment', 'Separate mode: money came in. Grant nothing by it, `order_paid` follows.'],
  'order_paid.separate': [
    'order_paid, separate mode',
    'What to grant. Also what both modes send of free and virtual orders.',
  ],
  'order_paid.combined': ['order_paid, combined mode', 'What to grant, with the payment in `billing`.'],
  partial_refund: [
    'partial_refund',
    'Both modes, where `partial_refund` is on: a part of the money went back. Take nothing back by it.',
  ],
  refund: ['refund', 'Separate mode: all the money went back. Take nothing back by it, `order_canceled` follows.'],
  'order_canceled.separate': [
    'order_canceled, separate mode',
    'What to take back. Also what both modes send of free and virtual orders.',
  ],
  'order_canceled.combined': ['order_canceled, combined mode', 'What to take back, with the refund in `billing`.'],
  ps_declined: [
    'ps_declined',
    'Both modes, where `ps_declined` is on: the payment system said no, and the order waits for another payment.',
  ],
}

/** The whole document. */
export function webhooksReference(): string {
  return [HEAD, ...DOCUMENTED_BODIES.map(section)].join('\n')
}

function section(body: DocumentedBody): string {
  const [title, sentence] = ABOUT[body]
  const fields = documentedFields(body)
  const sent = fields.filter(({ path }) => whyUnsent(path) === null)
  const table = ['| Field | Type | When | What it says |', '|---|---|---|---|', ...sent.map(rowOf)]
  return [`## ${title}\n`, `${sentence}\n`, ...table, '', ...unsentSentences(fields)].join('\n')
}

function rowOf({ path, types, values, isAlways, when, about }: FieldFact): string {
  const words = values.length > 0 ? `${about} ${values.map((value) => `\`${value}\``).join(', ')}.` : about
  return `| \`${path}\` | ${types.join(' or ')} | ${isAlways ? 'always' : when} | ${words} |`
}

/** Documented fields that are never sent: one line for each object, its members not repeated. */
function unsentSentences(fields: readonly FieldFact[]): readonly string[] {
  const unsent = fields.filter(({ path }) => whyUnsent(path) !== null).map(({ path }) => path)
  const parents = unsent.filter((path) => !unsent.some((other) => path.startsWith(`${other}.`)))
  if (parents.length === 0) return []
  const lines = parents.map((path) => `- \`${path}\`: ${whyUnsent(path)}.`)
  return ['Known from the documented system and never sent:', '', ...lines, '']
}
