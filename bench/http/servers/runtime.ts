import type { serve as Serve } from '../../../src/app/runtime/node.ts'

/** How the service listens on the runtime that this file runs on. */
export const { serve }: { serve: typeof Serve } =
  'Bun' in globalThis
    ? await import('../../../src/app/runtime/bun.ts')
    : await import('../../../src/app/runtime/node.ts')
