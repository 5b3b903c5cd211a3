import { render } from 'preact'
import { Desk } from './board/desk.ts'
import { followSettings } from './board/settings.ts'
import { followKeys } from './keys.ts'
import { Page } from './parts/page.tsx'

followSettings()
const desk = new Desk()
followKeys(desk)
render(<Page desk={desk} />, document.body)
