import { defineConfig } from 'vitest/config'

/**
 * Tests of whole services compete for the machine's cores with what they measure. In CI such a test may try once
 * more; the summary of the run names every one that had to, so that a shaky test is seen and not silently forgiven.
 */
const RETRY = process.env['CI'] === undefined ? 0 : 1

/** @param groupOrder projects of a higher one start when those of a lower one have ended */
const project = (name: string, include: string[], { testTimeout = 120_000, groupOrder = 0, retry = 0 } = {}) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, retry, sequence: { groupOrder } },
})

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    projects: [
      project('unit', [
        'tests/domain/**/*.test.ts',
        'tests/app/**/*.test.ts',
        'tests/house/**/*.test.ts',
        'tests/web/**/*.test.ts',
      ]),
      project(
        'contracts',
        ['tests/contracts/**/*.test.ts', 'tests/adapters/**/*.test.ts', 'tests/simulator/**/*.test.ts'],
        { retry: RETRY },
      ),
      project('http', ['tests/http/**/*.test.ts'], { retry: RETRY }),
      // Whole services with real clocks: they come last, so that nothing else is running beside them.
      project('e2e', ['tests/e2e/**/*.test.ts'], { groupOrder: 1, retry: RETRY }),
    ],
  },
})
