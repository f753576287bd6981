// `ordertrail webhooks test`: sends the documented checks to the listener and says what to change.
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import { Command, InvalidArgumentError, Option } from 'commander'
import { addEmulatorFlags, type EmulatorFlags } from '../emulator-flags.ts'
import { projectSession } from '../project-session.ts'

const ORDER_CHECKS = ['payment', 'order_paid', 'partial_refund', 'refund', 'order_canceled', 'ps_declined'] as const
const DEFAULT_CHECKS = ['user_validation', 'unknown_user', 'bad_signature'] as const
const CHECKS = [...DEFAULT_CHECKS, 'user_search', 'partner_side_catalog', ...ORDER_CHECKS] as const

interface TestFlags extends EmulatorFlags {
  readonly user: string
  readonly check?: readonly string[]
  readonly all?: true
  readonly publicId?: string
  readonly sku?: string
  readonly transaction?: number
  readonly json?: true
}

interface ShownTest {
  readonly url: string
  readonly is_passed: boolean
  readonly checks: readonly ShownCheck[]
}

interface ShownCheck {
  readonly check: string
  readonly is_passed: boolean
  readonly advice: string | null
  readonly answer: { readonly status: number } | null
  readonly failure: string | null
  readonly duration_ms: number
}

/** The command. */
export function testWebhooks(): Command {
  return addEmulatorFlags(new Command('test'))
    .description('sends checks to your listener and judges its answers; exit code 1 when one fails')
    .option('--user <id>', 'a user whom your game knows', DEV_PROJECT.userId)
    .addOption(new Option('--check <name...>', `what to check; default: ${DEFAULT_CHECKS.join(', ')}`).choices(CHECKS))
    .addOption(new Option('--all', 'every check, those of a sandbox order among them').conflicts('check'))
    .option('--public-id <id>', 'what user_search looks for instead of the user id')
    .option('--sku <sku>', 'item of the sandbox order')
    .option('--transaction <id>', 'number of its payment, up to 1000000000', parseTransaction)
    .option('--json', 'prints everything as it came')
    .action(async (flags: TestFlags) => {
      const result = (await projectSession(flags.url).post('/webhooks/test', bodyOf(flags))) as ShownTest
      console.log(flags.json === true ? JSON.stringify(result, null, 2) : textOf(result))
      if (!result.is_passed) process.exitCode = 1
    })
}

function bodyOf({ user, check, all, publicId, sku, transaction }: TestFlags): object {
  return { user_id: user, checks: all === true ? CHECKS : check, public_id: publicId, sku, transaction_id: transaction }
}

function textOf({ url, is_passed, checks }: ShownTest): string {
  const width = Math.max(...checks.map(({ check }) => check.length))
  const lines = checks.flatMap((one) => [
    `${one.is_passed ? 'ok    ' : 'FAILED'}  ${one.check.padEnd(width)}  ${outcomeOf(one)}`,
    ...(one.advice === null ? [] : [`        ${one.advice}`]),
  ])
  const failed = checks.filter((one) => !one.is_passed).length
  return [url, ...lines, is_passed ? 'All checks passed.' : `${failed} of ${checks.length} checks failed.`].join('\n')
}

function outcomeOf({ answer, failure, duration_ms }: ShownCheck): string {
  return answer === null ? (failure ?? 'not run') : `${answer.status}  ${duration_ms} ms`
}

function parseTransaction(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number above 0.')
  return Number(text)
}
