import { useEffect } from 'preact/hooks'
import { announcement } from '../board/announcer.ts'
import type { Desk } from '../board/desk.ts'
import { TeamPart } from '../team/part.tsx'
import { place } from '../team/place.ts'
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
  const isBoard = place.value === 'board'
  useEffect(() => {
    document.title = isBoard ? 'Tickertap' : 'Team · Tickertap'
    // What had no height could not say how many rows it has room for.
    if (isBoard) desk.table()?.render()
  }, [desk, isBoard])
  return (
    <>
      <Header desk={desk} />
      <NoticeLine desk={desk} />
      <main hidden={!isBoard}>
        <Tools desk={desk} />
        <div class="stage">
          <Board desk={desk} />
          <Details desk={desk} />
        </div>
      </main>
      {!isBoard && <TeamPart />}
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
