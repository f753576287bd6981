// Tests an endpoint: sends the documented checks one after the other, as real webhooks are sent, and writes nothing.
import { randomUUID } from 'node:crypto'
import { AppError, judge, type Verdict } from '@ordertrail/core'
import type { SignedExchange, SignedSender } from '../../platform/http/index.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Store } from '../../platform/store/index.ts'
import type { ProjectDirectory, WebhookTarget } from '../../projects/index.ts'
import type { CheckName, EndpointTestWish } from './checks.ts'
import { hideSecrets } from './hide-secrets.ts'
import { adviceFor } from './judge-check.ts'
import { type PlannedCheck, planChecks } from './plan-checks.ts'
import { sampleOrder } from './sample-order.ts'

/** What a test needs: the senders are those of real webhooks. */
export interface EndpointTestDeps {
  readonly store: Pick<Store, 'read' | 'now'>
  readonly directory: Pick<ProjectDirectory, 'find' | 'webhookTarget'>
  readonly sender: Pick<SignedSender, 'send'>
  /** Of partner_side_catalog, whose answers are longer. */
  readonly catalogSender: Pick<SignedSender, 'send'>
  readonly logger: Logger
  /** Of queued webhooks. */
  readonly deadlineMs: number
}

/**
 * One check and what came of it. `meaning` is how real sends take the answer. `exchange` null: there was no time left for it.
 * The texts of the answer are without secrets.
 */
export interface CheckResult {
  readonly name: CheckName
  readonly body: string
  readonly isPassed: boolean
  readonly meaning: Verdict | null
  readonly advice: string | null
  readonly exchange: SignedExchange | null
}

/** All checks of a test. */
export interface EndpointTestResult {
  readonly url: string
  readonly isPassed: boolean
  readonly checks: readonly CheckResult[]
}

/** All checks together; more than that nobody waits for. */
const TOTAL_MS_MAX = 45_000

const OUT_OF_TIME = `The checks before it took the ${TOTAL_MS_MAX / 1_000} s that a test may take; make them faster, or ask for fewer at once.`

/**
 * Runs the wanted checks. Webhooks may be disabled: people test before they enable them.
 *
 * @throws {AppError} project_not_found; webhook_settings_absent where there is no URL; secret_unreadable
 */
export async function testEndpoint(deps: EndpointTestDeps, wish: EndpointTestWish): Promise<EndpointTestResult> {
  const facts = await deps.directory.find(wish.projectId)
  if (facts === undefined) throw new AppError('project_not_found')
  const target = await deps.directory.webhookTarget(wish.projectId)
  if (target === null || target.url === '') throw new AppError('webhook_settings_absent')
  const sample = await sampleOrder(deps.store, facts, wish)
  const planned = planChecks({ facts, target, sample, wish, deliveryDeadlineMs: deps.deadlineMs })
  const startedAt = performance.now()
  const checks: CheckResult[] = []
  for (const check of planned) {
    const leftMs = Math.round(TOTAL_MS_MAX - (performance.now() - startedAt))
    checks.push(
      leftMs > 0
        ? await runCheck(deps, wish, target, { ...check, deadlineMs: Math.min(check.deadlineMs, leftMs) })
        : notRun(check),
    )
  }
  const isPassed = checks.every((check) => check.isPassed)
  deps.logger.info('endpoint.tested', {
    projectId: wish.projectId,
    outcome: isPassed ? 'passed' : 'failed',
    count: checks.length,
    durationMs: Math.round(performance.now() - startedAt),
  })
  return { url: target.url, isPassed, checks }
}

async function runCheck(
  { sender, catalogSender }: EndpointTestDeps,
  { userId, publicId }: EndpointTestWish,
  { url, secrets: ownSecrets }: WebhookTarget,
  { name, body, secrets, deadlineMs }: PlannedCheck,
): Promise<CheckResult> {
  const through = name === 'partner_side_catalog' ? catalogSender : sender
  const exchange = await through.send({ url, secrets, body, deadlineMs, webhookId: `msg_${randomUUID()}` })
  const advice = adviceFor({ name, deadlineMs, searchedUserId: publicId === null ? userId : null }, exchange)
  const hide = (text: string): string => hideSecrets(text, [...ownSecrets, ...secrets], body)
  return {
    name,
    body,
    isPassed: advice === null,
    meaning: judge(exchange),
    advice: advice === null ? null : hide(advice),
    exchange: withoutSecrets(exchange, hide),
  }
}

function withoutSecrets(exchange: SignedExchange, hide: (text: string) => string): SignedExchange {
  if (exchange.kind === 'no_answer') return exchange
  const headers = Object.fromEntries(Object.entries(exchange.headers).map(([name, value]) => [name, hide(value)]))
  return { ...exchange, headers, body: hide(exchange.body) }
}

function notRun({ name, body }: PlannedCheck): CheckResult {
  return { name, body, isPassed: false, meaning: null, advice: OUT_OF_TIME, exchange: null }
}
