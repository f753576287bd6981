// Every write of this folder with its handler, for the write side.
import { type BoundCommand, bind, oneByOne } from '../platform/store/index.ts'
import { freeKey, freeKeys, keepAnswer, keepAnswers, openKey, openKeys } from './keep-answer.ts'
import { parkedFactsSweep, sweepParkedFacts } from './parked-facts.ts'
import { recordPaymentEvent, recordPaymentEvents } from './record-payment-event.ts'
import { applyFreshFacts, recordPaymentFact, recordPaymentFacts } from './record-payment-facts.ts'
import { requestRefund, requestRefunds } from './request-refund.ts'
import { handleRetireFactBodies, retireFactBodies } from './retire-fact-bodies.ts'
import { claimRefunds, handleClaimRefunds, handleRecordRefund, recordRefund } from './run-refunds.ts'

/** The bound commands. */
export function paymentCommands(): readonly BoundCommand[] {
  return [
    bind(recordPaymentFact, recordPaymentFacts),
    bind(recordPaymentEvent, recordPaymentEvents),
    bind(requestRefund, requestRefunds),
    bind(claimRefunds, oneByOne(handleClaimRefunds)),
    bind(recordRefund, oneByOne(handleRecordRefund)),
    bind(sweepParkedFacts, parkedFactsSweep(applyFreshFacts)),
    bind(retireFactBodies, handleRetireFactBodies),
    bind(openKey, openKeys),
    bind(keepAnswer, keepAnswers),
    bind(freeKey, freeKeys),
  ]
}
