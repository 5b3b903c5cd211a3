import type { TestCase, TestModule } from 'vitest/node'

interface Tally {
  passed: number
  failed: number
  skipped: number
}

/**
 * What a run came to, as lines of text.
 * @param unhandledErrors errors that belong to no test; each counts as a failure
 */
export function summaryOf(modules: readonly TestModule[], unhandledErrors: number): string {
  const projects = tallies(modules)
  const reasons = skips(modules)
  const shaky = modules.flatMap(secondTries)
  const total = sum([...projects.values(), { passed: 0, failed: unhandledErrors, skipped: 0 }])
  const lines = [
    row('project', 'passed', 'failed', 'skipped'),
    ...[...projects].map(([name, { passed, failed, skipped }]) => row(name, passed, failed, skipped)),
    '',
    ...[...reasons].map(([reason, count]) => `skipped ${count}: ${reason}`),
    ...(reasons.size > 0 ? [''] : []),
    ...shaky.map((name) => `passed at the second try: ${name}`),
    ...(shaky.length > 0 ? [''] : []),
    `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`,
  ]
  return `${lines.join('\n')}\n`
}

function tallies(modules: readonly TestModule[]): Map<string, Tally> {
  const byName = new Map<string, Tally>()
  for (const module of modules) {
    const before = byName.get(module.project.name) ?? { passed: 0, failed: 0, skipped: 0 }
    byName.set(module.project.name, sum([before, tally(module)]))
  }
  return byName
}

/** A file that cannot be loaded and a hook that throws hold back tests nobody counts, so they count themselves. */
function tally(module: TestModule): Tally {
  const states = [...module.children.allTests()].map((test) => test.result().state)
  const count = (state: string) => states.filter((other) => other === state).length
  const broken = [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0)
  return {
    passed: count('passed'),
    failed: count('failed') + count('pending') + broken.length,
    skipped: count('skipped'),
  }
}

/** Tests that failed first: each wants to be looked at. */
function secondTries(module: TestModule): string[] {
  const passed = [...module.children.allTests('passed')]
  return passed.filter((test) => test.diagnostic()?.flaky).map((test) => `${module.relativeModuleId}: ${test.fullName}`)
}

/** How many tests were skipped, by reason. */
function skips(modules: readonly TestModule[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const module of modules) {
    for (const test of module.children.allTests('skipped')) {
      const reason = `${module.relativeModuleId}: ${reasonOf(test)}`
      counts.set(reason, (counts.get(reason) ?? 0) + 1)
    }
  }
  return counts
}

/** The note given to `skip`, or else the title of the outermost thing that was skipped: titles say why. */
function reasonOf(test: TestCase): string {
  const result = test.result()
  let title = test.name
  for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) {
    if (parent.options.mode === 'skip') title = parent.name
  }
  return (result.state === 'skipped' ? result.note : undefined) ?? title
}

function sum(parts: readonly Tally[]): Tally {
  const total = (key: keyof Tally) => parts.reduce((before, part) => before + part[key], 0)
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') }
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  return name.padEnd(12) + cells.map((cell) => String(cell).padStart(8)).join('')
}
