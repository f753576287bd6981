// The samples that games test their listeners with, held against the same documentation as what we send.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NOTIFICATION_TYPES } from '@ordertrail/core'
import { type SampleOrder, sampleWebhook } from '@ordertrail/webhooks/testing'
import { documentedAs } from './testing/body-cases.ts'
import { complaintsAbout, pathsIn } from './testing/check-body.ts'
import { DOCUMENTED_BODIES, type DocumentedBody, documentedFields } from './testing/documented-fields.ts'
import { whyUnsent } from './testing/unsent-fields.ts'

const BOOLEANS = [false, true] as const

/** Every kind of sample: 2 modes, 2 versions, 3 kinds of money, real and test payments, usual and full. */
const SAMPLES: readonly Required<Pick<SampleOrder, 'mode' | 'version' | 'money' | 'isSandbox' | 'isFull'>>[] = (
  ['combined', 'separate'] as const
).flatMap((mode) =>
  ([1, 2] as const).flatMap((version) =>
    (['real', 'virtual', 'free'] as const).flatMap((money) =>
      BOOLEANS.flatMap((isSandbox) => BOOLEANS.map((isFull) => ({ mode, version, money, isSandbox, isFull }))),
    ),
  ),
)

const bodies = NOTIFICATION_TYPES.flatMap((type) =>
  SAMPLES.map((sample) => ({
    sample,
    documented: documentedOf(type, sample),
    body: JSON.stringify(sampleWebhook(type, sample)),
  })),
)

function documentedOf(
  type: (typeof NOTIFICATION_TYPES)[number],
  { mode, money }: (typeof SAMPLES)[number],
): DocumentedBody {
  if (type === 'user_validation' || type === 'user_search' || type === 'partner_side_catalog') return type
  return documentedAs(type, money === 'real' ? mode : 'separate')
}

test('every sample of every type is as documented', () => {
  for (const { documented, body, sample } of bodies) {
    assert.deepEqual(complaintsAbout(documented, body), [], `${documented} ${JSON.stringify(sample)}`)
  }
})

describe('the full samples have every documented field that is ever sent', () => {
  for (const name of DOCUMENTED_BODIES)
    test(name, () => {
      const sent = new Set(bodies.flatMap(({ documented, body }) => (documented === name ? [...pathsIn(body)] : [])))
      const missing = documentedFields(name).filter(({ path }) => !sent.has(path) && whyUnsent(path) === null)
      assert.deepEqual(
        missing.map(({ path }) => path),
        [],
      )
    })
})
