/**
 * Where facts about the service's own running go. Never throws, never blocks the caller.
 * `fields` hold facts only: no key, no token, no whole body of a stranger.
 */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(message: string, fields?: Readonly<Record<string, unknown>>): void
}
