import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';

/** The same drawer behind every verdict, figure and match: why it is so. Deep-linked by whoever opens it. */
export function Explain({
  opened,
  onClose,
  title,
  children,
}: {
  opened: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}) {
  return (
    <Drawer opened={opened} onClose={onClose} title={title}>
      {children}
    </Drawer>
  );
}
