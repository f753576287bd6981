// What tokens and headers tell about a player.
import assert from 'node:assert/strict'
import test from 'node:test'
import { detailsOfClaims, detailsOfVisitorHeader } from './player-details.ts'

test('claims tell e-mail, name and country', () => {
  const claims = { email: 'ana@example.com', username: 'ana', name: 'Ana Silva', country: 'BR' }
  assert.deepEqual(detailsOfClaims(claims), { email: 'ana@example.com', name: 'ana', country: 'BR' })
})

test('odd claims are left out', () => {
  assert.deepEqual(detailsOfClaims({ email: 'no address', username: 7, name: '', country: 'Brazil' }), {})
})

test('the visitor header is Base64 of an e-mail', () => {
  const header = Buffer.from('ana@example.com').toString('base64')
  assert.deepEqual(detailsOfVisitorHeader(header), { email: 'ana@example.com' })
  assert.deepEqual(['', '!!', 'ana@example.com', 'x'.repeat(10_000), undefined].map(detailsOfVisitorHeader), [
    {},
    {},
    {},
    {},
    {},
  ])
})
