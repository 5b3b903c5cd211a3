import { describe, test } from 'vitest'

/** REQUIRE_ALL=1, as CI sets it: what a test needs of the machine and does not find is a failure, not a skip. */
export const requireAll = process.env['REQUIRE_ALL'] === '1'

/**
 * `describe` for tests that need something of the machine.
 * @param why what is absent and how to bring it, e.g. `deno was not found: set DENO_BIN`
 */
export function skipUnless(found: boolean, why: string): (title: string, body: () => void) => void {
  return (title, body) => {
    if (found) describe(title, body)
    else if (requireAll) test(title, () => Promise.reject(new Error(`REQUIRE_ALL=1, but ${why}`)))
    else describe.skip(`${title} (skipped: ${why})`, body)
  }
}
