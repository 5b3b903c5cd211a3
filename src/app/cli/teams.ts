import { onAccess, STORAGE, tableText, timeText } from './access.ts'
import { type Command, DONE } from './command.ts'

export const createTeam: Command = {
  name: 'teams create',
  usage: '<name>',
  about: 'creates a team',
  details: `Creates a team and prints its id and name. A name of several words stands in quotes.\n\n${STORAGE}`,
  least: 1,
  most: 1,
  async run([name = ''], surroundings) {
    const team = await onAccess(surroundings, (access) => access.createTeam(name))
    surroundings.print(`${team.id}  ${team.name}\n`)
    return DONE
  },
}

export const listTeams: Command = {
  name: 'teams list',
  usage: '',
  about: 'prints all teams: id, name, when created',
  least: 0,
  most: 0,
  async run(_, surroundings) {
    const teams = await onAccess(surroundings, (access) => access.teams())
    surroundings.print(tableText(teams.map(({ id, name, createdAtMs }) => [String(id), name, timeText(createdAtMs)])))
    return DONE
  },
}
