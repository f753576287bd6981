// Error codes of the catalog, of carts and of promo codes.

/** Errors of what is to be bought. */
export const SHOP_ERRORS = {
  item_not_found: {
    status: 404,
    sentence: 'The catalog has no such item. Check the SKU and that the item is enabled.',
    storeCode: 4001,
    storeMessage: "Item with sku = '{sku}' not found",
  },
  item_group_not_found: {
    status: 404,
    sentence: 'The catalog has no such group of items. Check the group id.',
    storeCode: 4403,
    storeMessage: 'Item group not found',
  },
  item_invalid: {
    status: 422,
    sentence:
      'This item cannot be bought in this way. Check that it has a price in this currency, or none for a free order.',
    storeCode: 1411,
    storeMessage: 'Invalid item',
  },
  item_is_free: {
    status: 422,
    sentence: 'The item is free and needs no payment. Create a free order instead.',
    storeCode: 1421,
    storeMessage: 'Item is free',
  },
  item_type_refused: {
    status: 422,
    sentence: 'Items of this type cannot be put into a cart. Buy it by a call of its own.',
    storeCode: 1421,
    storeMessage: 'Only Virtual Good Supported',
  },
  item_limit_exceeded: {
    status: 422,
    sentence: 'The player may not buy that many of this item. Lower the quantity or wait until the limit is reset.',
    storeCode: 1460,
    storeMessage: 'Limit exceeded',
  },
  catalog_listener_failed: {
    status: 422,
    sentence: 'The game did not confirm that the player may buy this item. Check the listener of partner_side_catalog.',
    storeCode: 2503,
    storeMessage: 'Project webhook error',
  },
  catalog_invalid: {
    status: 422,
    sentence:
      'The catalog was not imported, because an entry in it cannot be used. Correct the entry that the details name.',
  },
  cart_not_found: {
    status: 404,
    sentence: 'There is no such cart, or it belongs to somebody else. Fill a new cart.',
    storeCode: 1401,
    storeMessage: 'Invalid cart',
  },
  cart_invalid: {
    status: 422,
    sentence: 'The cart cannot be turned into this order. Check its items, their prices and their currency.',
    storeCode: 1401,
    storeMessage: 'Invalid cart',
  },
  cart_empty: {
    status: 422,
    sentence: 'The cart is empty. Put an item into it first.',
    storeCode: 1417,
    storeMessage: "Empty cart! Cart shouldn't be empty!",
  },
  amount_too_large: {
    status: 422,
    sentence:
      'The amount has more than 15 digits in the smallest unit of its currency. Lower the price or the quantity.',
    storeCode: 1102,
    storeMessage: 'Unprocessable Entity. Amount is too large',
  },
  country_missing: {
    status: 422,
    sentence: 'The country of the player is unknown. Send user.country.value or the header X-User-Ip.',
    storeCode: 1102,
    storeMessage: 'The parameter user.country.value or the header X-User-Ip must be specified',
  },
  virtual_currency_insufficient: {
    status: 422,
    sentence: 'The player has too little of this virtual currency. Sell a package of it first.',
    storeCode: 5006,
    storeMessage: 'Not enough virtual currency',
  },
  user_not_found: {
    status: 404,
    sentence: 'The project has no such user. Check the user id.',
    storeCode: 5008,
    storeMessage: 'Could not find User',
  },
  promotion_not_found: {
    status: 404,
    sentence: 'The project has no such promotion. Check its id.',
    storeCode: 1101,
    storeMessage: 'Promotion not found',
  },
  coupon_not_found: {
    status: 404,
    sentence: 'The project has no such coupon. Check its spelling.',
    storeCode: 9802,
    storeMessage: 'Coupon not found',
  },
  coupon_code_exists: {
    status: 422,
    sentence: 'Another coupon or promo code has this code. Choose a different one.',
    storeCode: 9803,
    storeMessage: 'The code already exists.',
  },
  coupon_limit_reached: {
    status: 422,
    sentence: 'The coupon was redeemed as often as it may be. Buy without it.',
    storeCode: 9804,
    storeMessage: 'You have reached the coupon redemption limit.',
  },
  coupon_region_refused: {
    status: 422,
    sentence: 'The coupon is not valid in the country of the player. Buy without it.',
    storeCode: 9808,
    storeMessage: 'Coupon is not available in your region.',
  },
  coupon_expired: {
    status: 422,
    sentence: 'The coupon or promo code has expired. Buy without it.',
    storeCode: 9810,
    storeMessage: 'Sorry, this code is expired.',
  },
  promo_code_not_found: {
    status: 404,
    sentence: 'The project has no such promo code. Check its spelling.',
    storeCode: 9811,
    storeMessage: 'Code not found.',
  },
} as const
