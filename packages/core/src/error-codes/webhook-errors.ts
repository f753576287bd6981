// Error codes of webhook settings, deliveries and events.

/** Errors of telling the game. */
export const WEBHOOK_ERRORS = {
  webhook_settings_absent: {
    status: 404,
    sentence: 'The project has no webhook settings. Set a URL and a secret first.',
  },
  webhook_url_refused: {
    status: 422,
    sentence: 'The webhook URL cannot be used. It must be https and lead to a public address.',
    storeCode: 1102,
    storeMessage: 'Unprocessable Entity. Webhook URL is not allowed',
  },
  webhook_secret_empty: {
    status: 422,
    sentence: 'The webhook secret is empty. Send at least one character, better 32 random ones.',
    storeCode: 1102,
    storeMessage: 'Unprocessable Entity. Webhook secret must not be empty',
  },
  webhook_schedule_invalid: {
    status: 422,
    sentence: 'The retry schedule cannot be used. Send growing whole minutes that begin with 0.',
  },
  webhooks_disabled: {
    status: 409,
    sentence: 'Webhooks of this project are disabled. Enable them; what is paused is then sent in order.',
  },
  delivery_not_found: {
    status: 404,
    sentence: 'There is no such delivery in this project. Check the delivery id.',
  },
  resend_refused: {
    status: 409,
    sentence: 'This delivery cannot be sent again. Look at its state in the console.',
  },
  resend_order_canceled: {
    status: 409,
    sentence: 'The order was canceled, so its order_paid is not sent any more. Create a new order to grant the items.',
  },
  resend_delivery_void: {
    status: 409,
    sentence:
      'This delivery is void, because what it tells was taken back before anybody heard of it. Nothing is to be sent.',
  },
  resend_delivery_moved: {
    status: 409,
    sentence:
      'This delivery became an event of the events API. Read it there; it can be sent again only while that API is off and the event is unprocessed.',
  },
  resend_too_early: {
    status: 409,
    sentence: 'An earlier webhook of this order comes first. Resend that one; when it is accepted, this one follows.',
  },
  resend_in_flight: {
    status: 409,
    sentence: 'This delivery is being sent at this moment. Wait for its answer.',
  },
  resend_body_retired: {
    status: 409,
    sentence:
      'The body of this delivery was retired after its keeping time. Read the order, and tell the game by other means.',
  },
  recovery_not_found: {
    status: 404,
    sentence:
      'There is no such recovery in this project. Check the id, or list the recoveries; only the newest are kept.',
  },
  recovery_running: {
    status: 409,
    sentence: 'Another recovery of this project is running. Wait until it has ended, or cancel it.',
  },
  recovery_window_empty: {
    status: 422,
    sentence: 'Nothing can lie in this span of time. Send a `since` in the past that lies before `until`.',
  },
  event_not_found: {
    status: 404,
    sentence: 'There is no such event, or it belongs to somebody else. Check the event id and whose token you send.',
  },
} as const
