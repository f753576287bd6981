// `ordertrail webhooks`: what was sent to the listener, sending it again, and how the listener is. One file per command below it.
import { Command } from 'commander'
import { showHealth } from './webhooks-health.ts'
import { listWebhooks } from './webhooks-list.ts'
import { recoverWebhooks } from './webhooks-recover.ts'
import { resendWebhooks } from './webhooks-resend.ts'

/** The command and what stands below it. */
export function webhooksCommand(): Command {
  return new Command('webhooks')
    .description('shows the webhooks of the emulator, sends them again, and says how your listener is')
    .addCommand(listWebhooks())
    .addCommand(resendWebhooks())
    .addCommand(recoverWebhooks())
    .addCommand(showHealth())
}
