// The body of partner_side_catalog.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaintsAbout } from '../../notifications/testing/check-body.ts'
import { type CatalogQuestion, renderCatalogQuestion } from './catalog-question.ts'

const QUESTION: CatalogQuestion = { projectId: 1, userId: '12345', country: 'US', currency: 'USD', locale: 'en' }

const CASES: readonly Partial<CatalogQuestion>[] = [{}, { userId: null }, { country: null }, { locale: null }]
for (const over of CASES) {
  test(`is documented, with ${JSON.stringify(over)}`, () => {
    assert.deepEqual(complaintsAbout('partner_side_catalog', renderCatalogQuestion({ ...QUESTION, ...over })), [])
  })
}
