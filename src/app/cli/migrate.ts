import { readConfig } from '../config.ts'
import { type Command, DONE } from './command.ts'

export const migrate: Command = {
  name: 'migrate',
  usage: '',
  about: 'brings the tables of the storage to where this version wants them',
  details: `Brings the tables of the storage (DATABASE_URL, or the folder DATA_DIR) to where this version wants them. The service
does it by itself when it starts; this is for those who want it to have happened before. Doing it again is harmless.`,
  least: 0,
  most: 0,
  async run(_, { env, print }) {
    const config = readConfig(env())
    const { migrateTables } = await import('../compose-cli.ts')
    print(`migration ${await migrateTables(config)}\n`)
    return DONE
  },
}
