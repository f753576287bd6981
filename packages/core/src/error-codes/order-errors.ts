// Error codes of orders, payments and refunds.

/** Errors of what was ordered and of the money for it. */
export const ORDER_ERRORS = {
  order_not_found: {
    status: 404,
    sentence: 'There is no such order, or it belongs to somebody else. Check the order id and whose token you send.',
    storeCode: 9001,
    storeMessage: 'Order not found',
  },
  order_expired: {
    status: 422,
    sentence: 'The order has expired and cannot be paid any more. Create a new one.',
    storeCode: 2002,
    storeMessage: 'Order has expired',
  },
  order_not_payable: {
    status: 409,
    sentence: 'The order is already paid, done or canceled. Create a new one.',
  },
  transition_refused: {
    status: 409,
    sentence: 'An order in this status cannot become what was asked. Read the order again and decide anew.',
  },
  payment_pending: {
    status: 409,
    sentence: 'A payment of this order is still under way. Wait until it has succeeded or failed.',
  },
  fulfilment_way_refused: {
    status: 409,
    sentence:
      'The project fulfils its orders in another way. Change its fulfilment setting, or confirm in the way that is set there.',
  },
  ids_exhausted: {
    status: 503,
    sentence: 'The project has used up its order or event ids. Move new orders to another project.',
    storeCode: 1101,
    storeMessage: 'Service unavailable',
  },
  user_validation_failed: {
    status: 422,
    sentence: 'The game did not confirm this player. Check the listener of user_validation, then pay again.',
    storeCode: 2503,
    storeMessage: 'Project webhook error',
  },
  payment_not_found: {
    status: 404,
    sentence: 'There is no such payment in this project. Check the transaction id.',
  },
  payment_method_refused: {
    status: 422,
    sentence: 'The order cannot be paid by this method. Choose one from the list of the payment page.',
  },
  payment_declined: {
    status: 422,
    sentence: 'The payment system declined the payment. Try again or choose another method.',
  },
  payment_provider_unknown: {
    status: 404,
    sentence: 'The project has no such payment provider. Check the name in the path.',
  },
  payment_provider_unavailable: {
    status: 502,
    sentence: 'The payment provider did not answer. Try again; nothing was charged twice.',
  },
  provider_signature_invalid: {
    status: 401,
    sentence: 'The signature of this provider event is wrong. Check the secret that is set for the provider.',
  },
  refund_not_found: {
    status: 404,
    sentence: 'There is no such refund in this project. Check the refund id.',
  },
  refund_not_paid: {
    status: 409,
    sentence: 'The order has no accepted payment that could be refunded. Cancel an unpaid order, revoke a free one.',
  },
  refund_in_progress: {
    status: 409,
    sentence: 'Another refund of this payment is still under way. Wait until it has succeeded or failed.',
  },
  refund_amount_too_large: {
    status: 422,
    sentence: 'The refund exceeds what is left of the payment. Lower the amount.',
  },
  refund_amount_invalid: {
    status: 422,
    sentence:
      'The amount of the refund is not a positive number of minor units in the currency of the payment. Correct it.',
  },
  refund_code_unknown: {
    status: 422,
    sentence: 'There is no such refund code. Send a number from 1 to 13.',
  },
  refund_partial_refused: {
    status: 422,
    sentence:
      'A part of a payment cannot be refunded for this reason. Refund it whole, or use code 1, 3, 5, 7, 9 or 10.',
  },
  refund_provider_refused: {
    status: 422,
    sentence: 'The payment provider refused the refund. Read its answer in the details and settle it there.',
  },
} as const
