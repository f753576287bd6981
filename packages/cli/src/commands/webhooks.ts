// `ordertrail webhooks`: what was sent to the listener, sending it again, testing the listener, and how it is. One file per command.
import { Command } from 'commander'
import { showHealth } from './webhooks-health.ts'
import { listWebhooks } from './webhooks-list.ts'
import { recoverWebhooks } from './webhooks-recover.ts'
import { resendWebhooks } from './webhooks-resend.ts'
import { testWebhooks } from './webhooks-test.ts'

/** The command and what stands below it. */
export function webhooksCommand(): Command {
  return new Command('webhooks')
    .description('shows the webhooks of the emulator, sends them again, tests your listener, and says how it is')
    .addCommand(listWebhooks())
    .addCommand(resendWebhooks())
    .addCommand(recoverWebhooks())
    .addCommand(testWebhooks())
    .addCommand(showHealth())
}
