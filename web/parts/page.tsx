import { announcement } from '../board/announcer.ts'
import type { Desk } from '../board/desk.ts'
import { Board } from './board.tsx'
import { Card } from './card.tsx'
import { Details } from './details.tsx'
import { Header } from './header.tsx'
import { NoticeLine } from './notice-line.tsx'
import { KeyList, SettingsPanel, SourcesPanel } from './panels.tsx'
import { Tools } from './tools.tsx'

export interface DeskProps {
  readonly desk: Desk
}

export function Page({ desk }: DeskProps) {
  return (
    <>
      <Header desk={desk} />
      <NoticeLine desk={desk} />
      <main>
        <Tools desk={desk} />
        <div class="stage">
          <Board desk={desk} />
          <Details desk={desk} />
        </div>
      </main>
      <SourcesPanel desk={desk} />
      <SettingsPanel />
      <Card desk={desk} />
      <KeyList />
      <p class="unseen" role="status">
        {announcement}
      </p>
    </>
  )
}
