// Error codes of calls by somebody who cannot be told, or who may not do this.

/** Errors of authentication and rights. */
export const ACCESS_ERRORS = {
  authorization_missing: {
    status: 401,
    sentence: 'The request carries no credentials. Send the Authorization header that this call asks for.',
    storeCode: 1501,
    storeMessage: 'Authorization failed: Authorization header not sent',
  },
  authorization_unsupported: {
    status: 401,
    sentence:
      'The Authorization header has a scheme that this call does not take. Send Bearer or Basic, as its page says.',
    storeCode: 1501,
    storeMessage: 'Authorization failed: Provide authorization',
  },
  basic_auth_failed: {
    status: 401,
    sentence: 'The API key is unknown, or belongs to another project or merchant. Check the pair id:key.',
    storeCode: 1020,
    storeMessage: 'Error in Authentication method occurred',
  },
  token_invalid: {
    status: 401,
    sentence:
      'The token cannot be verified. Check its algorithm, its key and its claims against the settings of the project.',
    storeCode: 1501,
    storeMessage: 'Authorization failed: Token is not valid',
  },
  token_expired: {
    status: 401,
    sentence: 'The token has expired. Sign the player in again, or ask for a new payment token.',
    storeCode: 1501,
    storeMessage: 'Authorization failed: Token has expired',
  },
  token_wrong_project: {
    status: 401,
    sentence: 'The token was issued for another project. Use a token of the login project that belongs to this one.',
    storeCode: 1501,
    storeMessage: 'Authorization failed: Token belongs to another project',
  },
  token_keys_unavailable: {
    status: 503,
    sentence:
      'The keys that verify user tokens cannot be fetched. Check the JWKS address of the project and try again.',
    storeCode: 1101,
    storeMessage: 'Service unavailable',
  },
  payment_token_not_found: {
    status: 401,
    sentence: 'The payment token is unknown. Create an order to get a new one.',
    storeCode: 1013,
    storeMessage: 'Token not found.',
  },
  visitor_id_invalid: {
    status: 401,
    sentence: 'The x-unauthorized-id header is too short. Send at least 16 random characters.',
    storeCode: 1501,
    storeMessage: 'Authorization failed: Visitor id is not valid',
  },
  admin_key_invalid: {
    status: 401,
    sentence: 'The admin key of the installation is missing or wrong. Send the one that the server was started with.',
  },
  access_denied: {
    status: 403,
    sentence: 'Your role does not allow this. Ask an owner of the project.',
  },
  loopback_only: {
    status: 403,
    sentence: 'This call is answered only to the machine that runs the emulator. Call it from there.',
  },
  origin_refused: {
    status: 403,
    sentence: 'The request comes from a page of another origin. Open the console at its own address.',
  },
  session_missing: {
    status: 401,
    sentence: 'You are not signed in, or your session has ended. Sign in again.',
  },
  sign_in_failed: {
    status: 401,
    sentence: 'The name or the password is wrong. Check both and try again.',
  },
} as const
