import { z } from '@hono/zod-openapi'

/** How the price history is. */
export const HistoryStateSchema = z
  .object({
    status: z.enum(['opening', 'ready', 'failed']).openapi({
      description:
        '`opening`: it is being opened, and its tables brought up to date. `failed`: it does not answer, and is tried again by itself.',
    }),
    migration: z.int().optional().openapi({ description: 'The newest migration that its tables have.' }),
    reason: z.string().optional().openapi({ description: 'Of `failed`.' }),
  })
  .openapi({ description: 'Live prices need no history: a service whose history is not there is ready all the same.' })
