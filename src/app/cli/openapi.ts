import { readFile } from 'node:fs/promises'
import { type Command, DONE } from './command.ts'

export const openapi: Command = {
  name: 'openapi',
  usage: '',
  about: 'prints the OpenAPI document of this version',
  least: 0,
  most: 0,
  /** The committed document, which a test holds equal to what the service answers at /openapi.json. */
  async run(_, { print }) {
    print(await readFile(new URL('../../../openapi/openapi.json', import.meta.url), 'utf8'))
    return DONE
  },
}
