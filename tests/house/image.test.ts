import { describe, expect, test } from 'vitest'
import { filesLike, readText } from '../support/checkout.ts'
import { packageJson } from './package.ts'

// There is no container engine where these tests run: this is what reading the file can prove.
describe('the container image', () => {
  const lines = readText('Dockerfile').split('\n')
  const steps = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))

  test('has the Node that development has, in every stage', () => {
    const versions = steps('FROM').map((from) => /^node:([\d.]+)-slim\b/.exec(from)?.[1])
    expect(new Set(versions)).toEqual(new Set(Object.values(packageJson().optionalDependencies)))
  })

  test('runs as a numbered user that is not root, without a shell, as the start script does', () => {
    expect(steps('USER')).toEqual([expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)])
    const command = JSON.parse(steps('CMD').at(-1) ?? '') as readonly string[]
    expect(packageJson().scripts['start']).toBe(command.join(' '))
  })

  test('copies nothing that the builder is not given', () => {
    const given =
      readText('.dockerignore')
        .match(/^!.*/gm)
        ?.map((line) => line.slice(1)) ?? []
    const copied = steps('COPY')
      .filter((step) => !step.startsWith('--from'))
      .flatMap((step) => step.split(' ').slice(0, -1))
    expect(copied.filter((name) => name !== '.' && !given.includes(name))).toEqual([])
    expect(given.filter((name) => filesLike(name).length === 0)).toEqual([])
  })
})
