import { describe, expect, test } from 'vitest'
import { type Command, UsageError } from '../../src/app/cli/command.ts'
import { readLine } from '../../src/app/cli/help.ts'

const run = async () => 0
const coins: Command = { name: 'import coins', usage: '<file>...', about: 'A', details: 'D', least: 1, most: 9, run }
const taps: Command = {
  name: 'import taps',
  usage: '--tags <file>',
  about: 'B',
  details: 'E',
  options: ['tags'],
  least: 0,
  most: 0,
  run,
}
const config: Command = { name: 'config', usage: '', about: 'C', least: 0, most: 0, run }
const ask = (line: string) => readLine(line.split(' ').filter(Boolean), [coins, taps, config])

/** What is told with exit status 2. */
function complaint(line: string): string {
  try {
    ask(line)
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  return 'understood'
}

describe('a line of arguments', () => {
  test('is a command of one word or more, and its arguments', () => {
    expect(ask('import coins a b')).toEqual({ command: coins, args: ['a', 'b'], options: {} })
    expect(ask('import coins -- --help')).toEqual({ command: coins, args: ['--help'], options: {} })
    expect(ask('config')).toEqual({ command: config, args: [], options: {} })
  })

  test('may have options, before or after the arguments', () => {
    const withTags = { command: taps, args: [], options: { tags: 'a.csv' } }
    expect(ask('import taps --tags a.csv')).toEqual(withTags)
    expect(ask('--tags=a.csv import taps')).toEqual(withTags)
    expect(ask('import taps')).toEqual({ command: taps, args: [], options: {} })
  })

  test('may ask for help about everything, about a group, or about one command', () => {
    const everything = ask('--help')
    expect(everything).toEqual({
      help: expect.stringMatching(/import coins <file>\.\.\. +A\n +import taps --tags <file> +B\n +config +C\n/),
    })
    expect(ask('import -h')).toEqual({ help: expect.not.stringMatching(/^ +config/m) })
    expect(ask('import coins --help')).toEqual({ help: 'Usage: npm run cli -- import coins <file>...\n\nD\n' })
    // A command without details has nothing to add.
    expect(ask('config --help')).toEqual({ help: expect.stringContaining('config') })
    expect(ask('nonsense --help')).toEqual(everything)
  })

  test.each([
    ['', /^No command given\.\n\nUsage/],
    ['import', /^import needs one more word\.\n\nUsage(?!.* config +C)/s],
    ['import prices', /^No command import prices\./],
    ['coins', /^No command coins\./],
    ['__proto__', /^No command __proto__\./],
    ['import coins', /^import coins needs <file>\.\.\.\.\n\nUsage: npm run cli -- import coins/],
    ['config x', /^config takes no arguments\.$/],
    ['import taps x', /^import taps takes no arguments\.$/],
    ['import taps --tags', /^Option '--tags <value>' argument missing/],
    ['import taps --tags a --tags b', /^--tags is there twice\.$/],
    ['import coins a --tags b', /^import coins has no option --tags\.$/],
    ['import coins --fast a', /^Unknown option '--fast'/],
  ])('that asks for nothing there is, as "%s", is explained', (line, explanation) => {
    expect(complaint(line)).toMatch(explanation)
  })
})
