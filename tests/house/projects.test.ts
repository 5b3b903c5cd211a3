import { matchesGlob } from 'node:path'
import { expect, test } from 'vitest'
import config from '../../vitest.config.ts'
import { filesLike } from '../support/checkout.ts'

test('every test file belongs to exactly one project, or it would never run', () => {
  const projects = config.test?.projects ?? []
  const patterns = projects.map((project) =>
    typeof project === 'object' && 'test' in project ? project.test?.include : [],
  )
  const homes = (path: string) => patterns.filter((include) => include?.some((pattern) => matchesGlob(path, pattern)))
  const tests = filesLike('tests/**/*.{test,spec}.*', 'src/**/*.{test,spec}.*', 'simulator/**/*.{test,spec}.*')
  expect(tests).toContain('tests/house/projects.test.ts')
  expect(tests.filter((path) => homes(path).length !== 1)).toEqual([])
})
