// What sealed secrets are bound to, so that a sealed text copied to another row or column does not open there.

/** Context of a project's webhook secrets. */
export function webhookSecretContext(projectId: number): string {
  return `webhook-secret:${projectId}`
}

/** Context of login secrets. They are sealed before their project has an id, so they are bound to the column alone. */
export const LOGIN_SECRET_CONTEXT = 'login-secret'
