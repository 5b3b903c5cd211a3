import { readConfig } from '../config.ts'
import { type Command, DONE } from './command.ts'

export const restore: Command = {
  name: 'restore',
  usage: '<file>',
  about: 'fills an empty storage from such a file',
  details: `Fills the storage (DATABASE_URL, or the folder DATA_DIR), which must be empty, from a file that backup has written on
either kind of storage. All of it is restored, or nothing.`,
  least: 1,
  most: 1,
  async run([file = ''], { env, print }) {
    const config = readConfig(env())
    const { restoreFrom } = await import('../compose-cli.ts')
    print(`rows ${await restoreFrom(config, file)}\n`)
    return DONE
  },
}
