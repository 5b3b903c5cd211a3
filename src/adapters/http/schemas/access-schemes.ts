/** What the words in `security` of an operation stand for, for `components.securitySchemes`. */
export const SECURITY_SCHEMES = [
  [
    'apiKey',
    {
      type: 'apiKey',
      in: 'header',
      name: 'x-api-key',
      description:
        'A key of a team, `ttap_live_…`; the words beside it are the scopes that it needs. `Authorization: Bearer` takes it too. ' +
        'An operation that may also be had without one needs it where the operator has set PUBLIC_READS=false.',
    },
  ],
  [
    'ticket',
    {
      type: 'apiKey',
      in: 'query',
      name: 'ticket',
      description:
        'From `POST /v1/stream/tickets`: opens one stream, within 30 seconds, for clients that can set no header.',
    },
  ],
  [
    'admin',
    { type: 'http', scheme: 'bearer', description: 'The ADMIN_TOKEN of the operator. Without one these are 404.' },
  ],
] as const
