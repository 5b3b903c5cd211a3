import { type Environment, textOf } from './config.ts'
import { VARIABLE_NAMES, VARIABLES, type Variable } from './config-table.ts'

/** The file .env.example: every variable commented out at its default, so that a copy changes nothing. */
export function envExample(): string {
  const head = '# Copy to .env, which `npm start` reads. Printed by `npm run generate`; do not edit.\n'
  return (
    head +
    VARIABLE_NAMES.map((name) => `\n# ${sentence(VARIABLES[name])}\n#${name}=${VARIABLES[name].fallback ?? ''}\n`).join(
      '',
    )
  )
}

/** The same as a Markdown table, ending in a newline. */
export function envTable(): string {
  const rows = VARIABLE_NAMES.map((name) => {
    const variable: Variable = VARIABLES[name]
    const fallback = variable.fallback === null ? 'unset' : `\`${variable.fallback}\``
    return `| \`${name}\` | ${fallback} | ${sentence(variable)} |\n`
  })
  return `| Variable | Default | Meaning |\n| --- | --- | --- |\n${rows.join('')}`
}

/** The settings in force as lines `NAME=value`; of a secret it tells only whether there is one. */
export function effectiveSettings(env: Environment): string {
  return VARIABLE_NAMES.map((name) => {
    const variable: Variable = VARIABLES[name]
    const text = textOf(env, name)
    return `${name}=${variable.secret && text !== null ? '(set, not shown)' : (text ?? '')}\n`
  }).join('')
}

/** What it is for, what it must be, and what else one has to know. */
function sentence(variable: Variable): string {
  const description = variable.schema.description ?? ''
  const must = `${description.slice(0, 1).toUpperCase()}${description.slice(1)}.`
  const secret = variable.secret ? ' Secret: never shown.' : ''
  return `${variable.about} ${must}${secret}`
}
