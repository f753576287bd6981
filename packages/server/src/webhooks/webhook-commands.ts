// Every command of this folder with its handler, for the write side.
import { type BoundCommand, bind } from '../platform/store/index.ts'
import { recordAttempt } from './attempt-report.ts'
import { beginManualAttempt, handleBeginManualAttempt } from './begin-manual-attempt.ts'
import { claimDeliveries, handleClaim } from './claim-due-deliveries.ts'
import { type AttemptCallbacks, recordAttempts } from './record-attempts.ts'
import { handleReturnLeases, returnLeases } from './return-leases.ts'

/** Commands of deliveries; `callbacks` are what their ends cause on the floors above. */
export function webhookCommands(callbacks: AttemptCallbacks): readonly BoundCommand[] {
  return [
    bind(claimDeliveries, handleClaim),
    bind(recordAttempt, recordAttempts(callbacks)),
    bind(returnLeases, handleReturnLeases(callbacks)),
    bind(beginManualAttempt, handleBeginManualAttempt),
  ]
}
