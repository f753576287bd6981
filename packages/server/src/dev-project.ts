// The project that exists in dev: fixed numbers and keys, so that every example works word by word.

/** What the emulator starts with. Fit for one's own machine only; `start` never seeds it. */
export const DEV_PROJECT = {
  merchantId: 1001,
  merchantName: 'Demo studio',
  /** 1 June 2025: webhooks are combined. */
  merchantRegisteredAt: 1_748_736_000_000,
  projectId: 44056,
  projectName: 'Demo game',
  apiKey: 'dev_api_key_for_your_own_machine_only',
  webhookSecret: 'dev_webhook_secret_for_your_own_machine_only',
  loginSecret: 'dev_login_secret_for_your_own_machine_only',
  userId: 'player-1',
} as const

/** A request with this header is never spoilt by faults on demand: it comes from the test, not from the game under test. */
export const UNSPOILT_HEADER = 'x-ordertrail-unspoilt'
