// Notifications: what a game is told, rendered once.
export { emptyBodies } from './empty-bodies.ts'
export { notificationRow } from './notification-row.ts'
export type { NotificationFormat, NotificationSubject } from './notification-subject.ts'
export { renderNotification } from './render-notification.ts'
export { renderUserSearch } from './render-user-search.ts'
export { renderUserValidation, type UserValidationSubject } from './render-user-validation.ts'
export {
  type AppliedPromotion,
  type PaymentDetails,
  readStored,
  type UsedCode,
  type UserDetails,
} from './stored-details.ts'
export { wireTime } from './wire-time.ts'
export { buyerId } from './wire-user.ts'
