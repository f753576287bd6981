// Every command of this folder with its handler, for the write side.
import { type BoundCommand, bind, oneByOne } from '../platform/store/index.ts'
import { recordAttempt } from './attempt-report.ts'
import { beginManualAttempt, handleBeginManualAttempt } from './begin-manual-attempt.ts'
import { claimDeliveries, handleClaim } from './claim-due-deliveries.ts'
import { type AttemptCallbacks, recordAttempts } from './record-attempts.ts'
import {
  cancelRecovery,
  handleCancelRecovery,
  handleStartRecovery,
  startRecovery,
} from './recovery/change-recoveries.ts'
import {
  beginStep,
  handleBeginStep,
  handleRecordStep,
  handleReleaseJob,
  recordStep,
  releaseJob,
} from './recovery/recovery-steps.ts'
import { deleteAttempts, handleDeleteAttempts } from './retention/delete-attempts.ts'
import { handleRetireDetails, retireDetails } from './retention/retire-details.ts'
import { handleReturnLeases, returnLeases } from './return-leases.ts'

/** Commands of deliveries; `callbacks` are what their ends cause on the floors above. */
export function webhookCommands(callbacks: AttemptCallbacks): readonly BoundCommand[] {
  return [
    bind(claimDeliveries, handleClaim),
    bind(recordAttempt, recordAttempts(callbacks)),
    bind(returnLeases, handleReturnLeases(callbacks)),
    bind(beginManualAttempt, handleBeginManualAttempt),
    bind(startRecovery, oneByOne(handleStartRecovery)),
    bind(cancelRecovery, oneByOne(handleCancelRecovery)),
    bind(beginStep, handleBeginStep),
    bind(recordStep, handleRecordStep(callbacks)),
    bind(releaseJob, handleReleaseJob),
    bind(retireDetails, handleRetireDetails),
    bind(deleteAttempts, handleDeleteAttempts),
  ]
}
