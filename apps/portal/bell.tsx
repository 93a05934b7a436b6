import { Popover } from '@mantine/core';
import { Glyph, IconButton, Link, plural, RelativeTime } from '@paved/ui';
import { IconBell } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useAttention } from './home/use-attention.ts';
import './bell.css';

/** The page comes first; what waits for the person is asked for once it stands. */
const LATER_MS = 1500;
const MOST = 8;

/** What waits for the person, on every page; the dot is there only while something does. */
export function Bell() {
  const [off, setOff] = useState(true);
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOff(false), LATER_MS);
    return () => clearTimeout(timer);
  }, []);
  const { attention, ready } = useAttention({ off: off && !opened });
  const waits = ready ? attention.length : 0;
  return (
    <Popover opened={opened} onChange={setOpened} width="min(400px, 100vw - 32px)" position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <IconButton
          icon={IconBell}
          label={waits > 0 ? `${plural(waits, 'thing')} ${waits === 1 ? 'needs' : 'need'} you` : 'What needs you'}
          dot={waits > 0}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        />
      </Popover.Target>
      <Popover.Dropdown aria-label="What needs you">
        <div className="p-bell">
          <h2>
            Needs your attention <span className="n">{waits || ''}</span>
          </h2>
          {!ready ? null : waits === 0 ? (
            <p className="none">Nothing needs you.</p>
          ) : (
            <ul>
              {attention.slice(0, MOST).map((entry) => (
                <li key={entry.key}>
                  <Link href={entry.href} onClick={() => setOpened(false)}>
                    <Glyph status={entry.status} />
                    <span className="body">
                      <span className="p-trunc">{entry.title}</span>
                      <small className="p-trunc">{entry.note}</small>
                    </span>
                    {entry.at ? (
                      <span className="when">
                        <RelativeTime at={entry.at} bare />
                      </span>
                    ) : null}
                  </Link>
                </li>
              ))}
            </ul>
          )}
          {waits > MOST ? (
            <Link className="all p-link" href="/" onClick={() => setOpened(false)}>
              All {waits}
            </Link>
          ) : null}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
