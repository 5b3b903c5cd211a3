import { defineConfig } from 'vitest/config'

/** @param groupOrder projects of a higher one start when those of a lower one have ended */
const project = (name: string, include: string[], { testTimeout = 30_000, groupOrder = 0 } = {}) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, sequence: { groupOrder } },
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
      project('contracts', [
        'tests/contracts/**/*.test.ts',
        'tests/adapters/**/*.test.ts',
        'tests/simulator/**/*.test.ts',
      ]),
      project('http', ['tests/http/**/*.test.ts']),
      // Whole services with real clocks: they come last, so that nothing else is running beside them.
      project('e2e', ['tests/e2e/**/*.test.ts'], { testTimeout: 120_000, groupOrder: 1 }),
    ],
  },
})
