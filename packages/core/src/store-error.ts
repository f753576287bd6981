// The body of an error as the documented store API answers it.
import { ERROR_CODES, type ErrorCode } from './error-codes.ts'

/** Error body of the documented store calls. Clients recognise it only when the first three members are all there. */
export interface StoreErrorBody {
  readonly statusCode: number
  readonly errorCode: number
  readonly errorMessage: string
  readonly transactionId?: string
}

// The service prefix of the store in every bracket.
const SERVICE = '0401'
const NUMBER_DIGITS = 4

/**
 * Renders an error for a documented call, such as `[0401-9001]: Order not found`.
 *
 * `details` fills the {names} of the store's text, and `details.reason` is added behind it. Codes without a number get
 * errorCode 0 and our own message without a bracket, as the documented 405 has it.
 *
 * @param transactionId id of the request, for whoever reads the logs; left out where there is none
 */
export function storeErrorBody(
  error: {
    readonly code: ErrorCode
    readonly message: string
    readonly details: Readonly<Record<string, unknown>>
  },
  transactionId?: string,
): StoreErrorBody {
  const { status, storeCode, storeMessage } = ERROR_CODES[error.code]
  const errorMessage =
    storeCode === undefined || storeMessage === undefined
      ? error.message
      : `[${SERVICE}-${String(storeCode).padStart(NUMBER_DIGITS, '0')}]: ${filled(storeMessage, error.details)}`
  const body = { statusCode: status, errorCode: storeCode ?? 0, errorMessage }
  return transactionId === undefined ? body : { ...body, transactionId }
}

function filled(template: string, details: Readonly<Record<string, unknown>>): string {
  const text = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? ''))
  const { reason } = details
  return typeof reason === 'string' ? `${text}. ${reason}` : text
}
