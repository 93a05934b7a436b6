import { lazy, Suspense, type ComponentProps } from 'react';

// It reads YAML: fetched when it is opened.
const Dialog = lazy(async () => ({ default: (await import('./set-owner.tsx')).SetOwnerDialog }));

/** The dialog that sets an owner. */
export function SetOwner(props: ComponentProps<typeof Dialog>) {
  return (
    <Suspense fallback={null}>
      <Dialog {...props} />
    </Suspense>
  );
}
