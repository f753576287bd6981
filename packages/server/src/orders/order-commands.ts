// Every command of this folder with its handler, for the write side.
import { type BoundCommand, bind } from '../platform/store/index.ts'
import { applyTransitions } from './apply-transition.ts'
import { createOrders, type OnOrdersCreated } from './create-order.ts'
import { expireDueOrders, expireOrders } from './expire-orders.ts'
import { forgetAnswers, forgetOldAnswers } from './forget-answers.ts'
import { handleKeepMilestones, keepMilestones } from './keep-milestones.ts'
import { createOrder } from './order-wish.ts'
import { handleTellOverdue, tellOverdueOrders } from './overdue-orders.ts'
import { applyTransition } from './transition.ts'

/** What the floors above do in the transactions of orders. */
export interface OrderCallbacks {
  readonly onOrdersCreated: OnOrdersCreated
}

/** Commands that create and move orders, tell of overdue ones, forget answers that nobody can ask for any more, and count. */
export function orderCommands({ onOrdersCreated }: OrderCallbacks): readonly BoundCommand[] {
  return [
    bind(createOrder, createOrders(onOrdersCreated)),
    bind(applyTransition, applyTransitions),
    bind(expireOrders, expireDueOrders),
    bind(tellOverdueOrders, handleTellOverdue),
    bind(forgetAnswers, forgetOldAnswers),
    bind(keepMilestones, handleKeepMilestones),
  ]
}
