// Error codes of requests that cannot be understood or answered as they are.

/** Errors of a request's form. */
export const REQUEST_ERRORS = {
  body_malformed: {
    status: 400,
    sentence: 'The body is not valid JSON. Send one JSON document in UTF-8.',
    storeCode: 1004,
    storeMessage: 'Bad request',
  },
  body_too_large: {
    status: 413,
    sentence: 'The body is larger than this call takes. Send less at a time.',
  },
  content_type_refused: {
    status: 415,
    sentence: 'The content type is not one that this call takes. Send application/json.',
  },
  unprocessable: {
    status: 422,
    sentence: 'The request is well formed, but a value in it cannot be used. Correct the member that the details name.',
    storeCode: 1102,
    storeMessage: 'Unprocessable Entity',
  },
  not_found: {
    status: 404,
    sentence: 'There is nothing at this path. Check the path and the version in it.',
  },
  not_served_here: {
    status: 404,
    sentence:
      'This process does not have the role that answers this path. Route the path to a process that has, as the guide for production says.',
  },
  connection_not_found: {
    status: 404,
    sentence: 'There is no such connection, or it has ended. Connect again.',
  },
  method_not_allowed: {
    status: 405,
    sentence: 'This path exists, but not for this method. Use a method of the Allow header.',
  },
  rate_limited: {
    status: 429,
    sentence: 'Too many requests came from this caller. Wait as long as the Retry-After header says.',
  },
  idempotency_key_missing: {
    status: 400,
    sentence: 'This call needs an Idempotency-Key header. Send a new random key with every new request.',
  },
  idempotency_key_reused: {
    status: 422,
    sentence:
      'This Idempotency-Key was used for another request. Send a new key, or repeat the first request unchanged.',
  },
  idempotency_in_progress: {
    status: 409,
    sentence: 'The first request with this Idempotency-Key is still running. Repeat it in a moment.',
  },
} as const
