// Our own call that tests the endpoint of a project.
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint, type SignedExchange } from '../../platform/http/index.ts'
import { projectIdSchema, strict } from '../delivery-schemas.ts'
import { CHECK_NAMES, type CheckName, DEFAULT_CHECKS } from './checks.ts'
import { type CheckResult, type EndpointTestDeps, testEndpoint } from './run-checks.ts'
import { TEST_TRANSACTION_ID_MAX } from './sample-order.ts'
import { createTestTurns } from './test-turns.ts'

const TEXT_CHARS_MAX = 255
/** As much of an answer's body as is shown. */
const SHOWN_CHARS_MAX = 4_096

const text = Type.String({ minLength: 1, maxLength: TEXT_CHARS_MAX })

const bodySchema = Type.Object(
  {
    user_id: Type.String({ minLength: 1, maxLength: TEXT_CHARS_MAX, description: 'A user whom the game knows.' }),
    public_id: Type.Optional(text),
    checks: Type.Optional(
      Type.Array(Type.Union(CHECK_NAMES.map((name) => Type.Literal(name))), {
        minItems: 1,
        maxItems: CHECK_NAMES.length,
        description: `Default: ${DEFAULT_CHECKS.join(', ')}.`,
      }),
    ),
    sku: Type.Optional(text),
    transaction_id: Type.Optional(
      Type.Integer({ minimum: 1, maximum: TEST_TRANSACTION_ID_MAX, description: 'No real payment has one as small.' }),
    ),
  },
  strict,
)

const orNull = <Schema extends ReturnType<typeof Type.String>>(schema: Schema) => Type.Union([schema, Type.Null()])
const headers = Type.Record(Type.String(), Type.String())

const checkSchema = Type.Object({
  check: Type.String(),
  is_passed: Type.Boolean(),
  meaning: orNull(
    Type.String({ description: 'How real sends take the answer: accepted, rejected or retry; null: not run.' }),
  ),
  advice: orNull(Type.String({ description: 'What to do; null: nothing.' })),
  request: Type.Object({ headers, body: Type.String() }),
  answer: Type.Union([
    Type.Object({ status: Type.Integer(), headers, body: Type.String(), is_cut: Type.Boolean() }),
    Type.Null(),
  ]),
  failure: orNull(Type.String({ description: 'Why there is no answer.' })),
  duration_ms: Type.Integer(),
})

/** Makes the call. It is slow by nature, so each project has few turns. */
export function endpointTestEndpoint(deps: EndpointTestDeps): Endpoint {
  const turns = createTestTurns(() => performance.now())
  return defineEndpoint({
    operationId: 'test-webhooks',
    summary:
      'Send documented checks to the listener and judge its answers; nothing is kept, and webhooks may be disabled',
    tag: 'webhooks',
    schema: {
      params: Type.Object({ project_id: projectIdSchema }),
      body: bodySchema,
      response: {
        200: Type.Object({ url: Type.String(), is_passed: Type.Boolean(), checks: Type.Array(checkSchema) }),
      },
    },
    async handle({ params, body }) {
      const wish = {
        projectId: params.project_id,
        userId: body.user_id,
        publicId: body.public_id ?? null,
        checks: (body.checks as readonly CheckName[] | undefined) ?? DEFAULT_CHECKS,
        sku: body.sku ?? null,
        transactionId: body.transaction_id ?? null,
      }
      const { url, isPassed, checks } = await turns.run(params.project_id, () => testEndpoint(deps, wish))
      return { status: 200, body: { url, is_passed: isPassed, checks: checks.map(shownCheck) } }
    },
  })
}

function shownCheck({
  name,
  body,
  isPassed,
  meaning,
  advice,
  exchange,
}: CheckResult): Readonly<Record<string, unknown>> {
  return {
    check: name,
    is_passed: isPassed,
    meaning,
    advice,
    request: { headers: exchange?.requestHeaders ?? {}, body },
    answer: exchange?.kind === 'response' ? shownAnswer(exchange) : null,
    failure: exchange?.kind === 'no_answer' ? `${exchange.reason}: ${exchange.sentence}` : null,
    duration_ms: exchange?.durationMs ?? 0,
  }
}

function shownAnswer({ status, headers, body, truncated }: Extract<SignedExchange, { readonly kind: 'response' }>) {
  return { status, headers, body: body.slice(0, SHOWN_CHARS_MAX), is_cut: truncated || body.length > SHOWN_CHARS_MAX }
}
