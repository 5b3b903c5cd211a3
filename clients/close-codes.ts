/** What a closed connection means to a client. */
export interface Closing {
  /** False: connecting again by itself would meet the same refusal; it takes somebody to change something. */
  readonly reconnect: boolean
  /** A sentence for people. */
  readonly meaning: string
}

/** Codes that the service closes with. */
export const CLOSE_CODES: Readonly<Record<number, Closing>> = {
  1001: { reconnect: true, meaning: 'The service is shutting down.' },
  1002: { reconnect: false, meaning: 'This client broke the protocol.' },
  1003: { reconnect: false, meaning: 'A message to the service was not text.' },
  1007: { reconnect: false, meaning: 'A message to the service was not valid UTF-8.' },
  1008: { reconnect: false, meaning: 'The service refuses this client.' },
  1009: { reconnect: false, meaning: 'A message to the service was too large.' },
  1012: { reconnect: true, meaning: 'The service is restarting.' },
  4401: { reconnect: false, meaning: 'A valid key is needed.' },
  4408: { reconnect: true, meaning: 'This client reads too slowly.' },
  4429: { reconnect: false, meaning: 'Too many connections or messages from this client.' },
}

/** Every other code, 1006 (the connection was lost) among them. */
const LOST: Closing = { reconnect: true, meaning: 'The connection was lost.' }

export function closingOf(code: number): Closing {
  return CLOSE_CODES[code] ?? LOST
}
