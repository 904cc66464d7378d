/** What a token may be allowed to do. `ADMIN_TOKEN` has every scope. */
export const SCOPES = [
  'flows:read',
  'contacts:read',
  'contacts:write',
  'events:write',
  'calls:read',
  'integrations:read',
  'integrations:write',
  'secrets:write',
  'simulations:write',
  'tokens:write',
] as const;

/** One permission. */
export type Scope = (typeof SCOPES)[number];

/** True for the name of a scope. */
export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}
