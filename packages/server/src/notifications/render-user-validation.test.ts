// The question before a payment.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderUserValidation } from './render-user-validation.ts'
import { complaintsAbout } from './testing/check-body.ts'
import { givenOrder, noToggles } from './testing/given-subject.ts'

const order = givenOrder({
  user_details: '{"name":"Ann","ip":"127.0.0.1","zip":"10001"}',
  custom_parameters: '{"guild":"red"}',
})

test('asks with all that is known of the user, in the captured order', () => {
  const body = renderUserValidation({ merchantId: 1001, toggles: noToggles, order })
  assert.equal(
    body,
    '{"notification_type":"user_validation","settings":{"project_id":44056,"merchant_id":1001},' +
      '"user":{"ip":"127.0.0.1","email":"player@example.com","id":"player-1","name":"Ann","country":"US","zip":"10001"}}',
  )
  assert.deepEqual(complaintsAbout('user_validation', body), [])
})

test('tells only id and country where the project wants no sensitive data', () => {
  const body = renderUserValidation({ merchantId: 1001, toggles: { ...noToggles, onlyNecessaryUser: true }, order })
  assert.deepEqual(JSON.parse(body).user, { id: 'player-1', country: 'US' })
})

test('adds custom parameters where the project asks for them', () => {
  const body = renderUserValidation({ merchantId: 1001, toggles: { ...noToggles, customParameters: true }, order })
  assert.deepEqual(JSON.parse(body).custom_parameters, { guild: 'red' })
})
