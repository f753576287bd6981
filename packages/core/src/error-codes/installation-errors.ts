// Error codes of the installation: its projects, its store, its clock, its configuration.

/** Errors of what the server stands on. */
export const INSTALLATION_ERRORS = {
  project_not_found: {
    status: 404,
    sentence: 'There is no such project. Check the project id.',
  },
  merchant_not_found: {
    status: 404,
    sentence: 'There is no such merchant. Check the merchant id.',
  },
  api_key_not_found: {
    status: 404,
    sentence: 'There is no such API key. List the keys and take one from there.',
  },
  id_taken: {
    status: 409,
    sentence: 'Something with this id exists already. Choose another id, or leave it out to get one.',
  },
  time_skip_refused: {
    status: 409,
    sentence: 'Time can be skipped only in the emulator. Start the server with `ordertrail dev`.',
  },
  config_invalid: {
    status: 500,
    sentence:
      'The configuration makes no sense, so the server does not start. Correct the setting that the details name.',
  },
  secret_unreadable: {
    status: 500,
    sentence: 'A stored secret cannot be opened with the present sealing key. Start with the key it was stored under.',
  },
  store_unavailable: {
    status: 503,
    sentence:
      'The store does not answer, so it is unknown whether this took effect. Repeat the request; it counts once.',
    storeCode: 1101,
    storeMessage: 'Service unavailable',
  },
  store_full: {
    status: 503,
    sentence: 'The disk of the store is full. Free some space; nothing that was confirmed is lost.',
    storeCode: 1101,
    storeMessage: 'Service unavailable',
  },
  store_read_only: {
    status: 503,
    sentence:
      'The store takes no writes at present. Check the rights of its file, or which database node is the primary.',
    storeCode: 1101,
    storeMessage: 'Service unavailable',
  },
  store_locked: {
    status: 503,
    sentence: 'Another process has this store open. Stop that process, or use PostgreSQL to run several.',
    storeCode: 1101,
    storeMessage: 'Service unavailable',
  },
  store_too_new: {
    status: 500,
    sentence: 'The store was migrated by a newer version. Start that version, or restore a backup.',
  },
  overloaded: {
    status: 503,
    sentence: 'The server has more work than it can hold. Repeat the request after the Retry-After header.',
    storeCode: 1101,
    storeMessage: 'Service unavailable',
  },
  shutting_down: {
    status: 503,
    sentence: 'The server is shutting down. Repeat the request; another node or the next start answers it.',
    storeCode: 1101,
    storeMessage: 'Service unavailable',
  },
  internal: {
    status: 500,
    sentence: 'Something failed in the server. Repeat the request; if it fails again, report the request id.',
    storeCode: 1000,
    storeMessage: 'Store error',
  },
} as const
