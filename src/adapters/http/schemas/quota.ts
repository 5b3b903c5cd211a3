import { problems } from './problem.ts'

const text = { type: 'string' } as const

const POLICY = {
  description: 'How many queries (`q`) the key may make in any window of so many seconds (`w`): `"hour";q=100;w=3600`.',
  schema: text,
}
const STANDING = {
  description:
    'How many more there are now (`r`), and after how many seconds there is one more (`t`): `"hour";r=99;t=3600`.',
  schema: text,
}

/** Headers of every answer that was counted. */
export const QUOTA_HEADERS = { 'RateLimit-Policy': POLICY, RateLimit: STANDING }

/** The 429 of a route that counts; put it after the route's other problems. */
export const QUOTA_REFUSAL = {
  429: {
    ...problems('quota_exceeded')[429],
    headers: {
      ...QUOTA_HEADERS,
      'retry-after': { description: 'Seconds, after which there is one more. No other wait is needed.', schema: text },
    },
  },
}
