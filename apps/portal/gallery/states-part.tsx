import { Button, EmptyFilter, ErrorNotice, ApiError, FailedState, Section, SkeletonRows, State } from '@paved/ui';
import { IconLayoutKanban } from '@tabler/icons-react';

const problem = { title: 'Invalid input', status: 400, code: 'invalid', requestId: '' };

/** What stands where content would. */
export function StatesPart() {
  return (
    <Section title="States">
      <div style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(280px, 1fr))', gap: '0 32px' }}>
        <State
          icon={IconLayoutKanban}
          title="No environments yet"
          actions={
            <>
              <Button look="primary">Add the local environment</Button>
              <Button look="quiet">How they work</Button>
            </>
          }
        >
          An environment is a place services run, such as dev or production. The local one needs no setup.
        </State>
        <EmptyFilter
          noun="component"
          filters={3}
          hint="12 match without “owner is Payments”."
          onDrop={() => undefined}
          onClear={() => undefined}
        />
        <FailedState
          what="Deployments"
          error={
            new ApiError({
              ...problem,
              status: 503,
              detail: 'The server answered 503 twice.',
              code: 'unavailable',
              requestId: 'req-7f3a',
            })
          }
          onRetry={() => undefined}
        />
        <FailedState
          what="Logs"
          error={
            new ApiError({
              ...problem,
              status: 403,
              detail: 'Payments keeps this to its team.',
              code: 'forbidden',
              fix: 'Ask Payments for access.',
            })
          }
        />
        <SkeletonRows label="Components" rows={4} />
        <ErrorNotice
          error={
            new ApiError({
              ...problem,
              detail: 'The Score file names an unknown resource type "postgress".',
              fix: 'Did you mean postgres?',
              problems: [{ at: 'resources/db/type', message: 'is not known', fix: 'Use postgres.' }],
            })
          }
        />
      </div>
    </Section>
  );
}
