import { readText } from '../support/checkout.ts'

type ByName = Readonly<Record<string, string>>

/** The parts of package.json that the house tests look at. */
export interface PackageJson {
  readonly scripts: ByName
  readonly dependencies: ByName
  readonly devDependencies: ByName
  readonly optionalDependencies: ByName
}

export function packageJson(): PackageJson {
  return JSON.parse(readText('package.json'))
}
