import { readConfig } from '../config.ts'
import { effectiveSettings } from '../config-docs.ts'
import { type Command, DONE } from './command.ts'

export const config: Command = {
  name: 'config',
  usage: '',
  about: 'checks the environment and prints the settings in force, without secrets',
  least: 0,
  most: 0,
  async run(_, { env, print }) {
    readConfig(env())
    print(effectiveSettings(env()))
    return DONE
  },
}
