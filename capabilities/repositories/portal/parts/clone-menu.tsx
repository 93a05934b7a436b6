import { Popover } from '@mantine/core';
import { Button, CopyLine } from '@paved/ui';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';

/** How to get it onto one's machine. */
export function CloneMenu({ url }: { url: string }) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} width={420} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button icon={IconDownload} onClick={() => setOpened(!opened)} aria-expanded={opened}>
          Clone
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div style={{ padding: 8, fontSize: 13 }}>
          <p className="p-medium" style={{ marginBottom: 6 }}>
            Clone with Git
          </p>
          <CopyLine text={`git clone ${url}`} label="Copy the command" />
          <p className="p-help">After “paved login” Git asks for nothing. Elsewhere use your user name and a token as the password.</p>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
