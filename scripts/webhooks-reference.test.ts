// House rule: the reference of webhook bodies is what the tables say.
import assert from 'node:assert/strict'
import test from 'node:test'
import { readDocument } from './documents.ts'
import { WEBHOOKS_REFERENCE, webhooksReference } from './webhooks-reference.ts'

test('docs/webhooks-reference.md is made from the tables of fields', () => {
  const isFresh = readDocument(WEBHOOKS_REFERENCE) === webhooksReference()
  assert.ok(isFresh, `${WEBHOOKS_REFERENCE} is not what the tables say. Write it anew: npm run webhooks-reference`)
})
