// Notifications: what a game is told, rendered once.
export { type NewNotification, notificationRow } from './notification-row.ts'
export type { NotificationFormat, NotificationSubject, NotificationToggles } from './notification-subject.ts'
export { renderNotification } from './render-notification.ts'
export { renderUserValidation, type UserValidationSubject } from './render-user-validation.ts'
export type { AppliedPromotion, PaymentDetails, TaxDetails, UsedCode, UserDetails } from './stored-details.ts'
export { readStored } from './stored-details.ts'
export { wireTime } from './wire-time.ts'
export { buyerId } from './wire-user.ts'
