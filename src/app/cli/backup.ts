import { readConfig } from '../config.ts'
import { type Command, DONE } from './command.ts'

export const backup: Command = {
  name: 'backup',
  usage: '<file>',
  about: 'writes everything in the storage to one file',
  details: `Writes everything in the storage (DATABASE_URL, or the folder DATA_DIR), as it is at one moment, to one compressed file
that restore reads into either kind of storage. A file of that name is replaced when the new one is whole.`,
  least: 1,
  most: 1,
  async run([file = ''], { env, print }) {
    const config = readConfig(env())
    const { backupTo } = await import('../compose-cli.ts')
    print(`rows ${await backupTo(config, file)}\n`)
    return DONE
  },
}
