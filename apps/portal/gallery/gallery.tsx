import { Button, IconButton, OfflineBanner, PageHeader, Palette, Shell, StatusPill, TabLinks, useCrumbs } from '@paved/ui';
import { IconBraces, IconExternalLink, IconLayoutGrid, IconPlayerPlay, IconSettings, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { modules } from '../modules.ts';
import { BoardPart } from './board-part.tsx';
import { CodePart } from './code-part.tsx';
import { FormPart } from './form-part.tsx';
import { GraphPart } from './graph-part.tsx';
import { RunPart } from './run-part.tsx';
import { StatesPart } from './states-part.tsx';
import { StripPart } from './strip-part.tsx';
import { TablePart } from './table-part.tsx';

/** Every component in its states; only in development builds. */
export function Page() {
  useCrumbs([{ label: 'Design' }, { label: 'Gallery' }]);
  const [palette, setPalette] = useState(false);
  const query = new URLSearchParams(window.location.search);
  const only = query.get('only');
  const show = (name: string) => only === null || only === name;
  return (
    <Shell
      organization="Acme"
      items={modules
        .flatMap((module) => module.navigation ?? [])
        .map(({ count: _count, ...item }) => item)
        .toSorted((a, b) => a.order - b.order)}
      pinned={[
        { href: '/catalog/default/component/playback-api', label: 'playback-api', status: 'healthy' },
        { href: '/x', label: 'lyrics-sync', status: 'failed' },
      ]}
      onSearch={() => setPalette(true)}
      account={<IconButton label="Your account" icon={IconSettings} dot />}
      banner={only === 'offline' ? <OfflineBanner since="14:02" retryAt={Date.now() + 8000} onRetry={() => undefined} /> : undefined}
    >
      <PageHeader
        icon={IconBraces}
        title="playback-api"
        pill={<StatusPill status="waiting">Waits for you</StatusPill>}
        lede="Starts, resumes and hands over playback sessions for every client."
        facts={[
          { icon: IconUsers, text: 'Playback' },
          { icon: IconLayoutGrid, text: 'Streaming' },
          { text: <span className="p-mono">acme/playback-api</span> },
        ]}
        actions={
          <>
            <Button icon={IconExternalLink}>Open</Button>
            <Button look="primary">Deploy</Button>
          </>
        }
        more={[
          { label: 'Copy the reference', run: () => undefined },
          { label: 'Delete playback-api', danger: true, run: () => undefined },
        ]}
      />
      <TabLinks
        label="Parts"
        current="/gallery"
        tabs={[
          { label: 'Overview', href: '/gallery' },
          { label: 'Deployments', href: '/gallery#d' },
          { label: 'Runs', href: '/gallery#r', note: '1 active' },
        ]}
      />
      {show('strip') ? <StripPart /> : null}
      {show('table') ? <TablePart /> : null}
      {show('states') ? <StatesPart /> : null}
      {show('run') ? <RunPart /> : null}
      {show('graph') ? <GraphPart /> : null}
      {show('board') ? <BoardPart /> : null}
      {show('form') ? <FormPart /> : null}
      {show('code') ? <CodePart /> : null}
      <Palette
        things={[]}
        opened={palette || only === 'palette'}
        onClose={() => setPalette(false)}
        pages={modules.flatMap((module) => module.navigation ?? [])}
        current={[{ id: 'deploy', label: 'Deploy playback-api to production', icon: IconPlayerPlay, run: () => undefined }]}
        actions={[]}
        sources={[]}
      />
    </Shell>
  );
}
