import { Menu } from '@mantine/core';
import {
  Button,
  Icon,
  LinkButton,
  MoreMenu,
  titleOf,
  useGo,
  useKey,
  useMay,
  usePageActions,
  related,
  type EntityPartProps,
} from '@paved/ui';
import { IconArrowBackUp, IconChevronDown, IconExternalLink, IconFileText, IconRocket } from '@tabler/icons-react';
import { entityHref } from '@paved/ui';
import { planHref } from './plan-href.ts';
import { useService } from './use-board.ts';

/** Open, deploy, roll back, delete. */
export function Part({ entity, entityRef, more }: EntityPartProps) {
  const go = useGo();
  const { environments, cells } = useService(entityRef);
  const may = useMay('orchestrator.deployment.create', related(entity, 'ownedBy'));
  const places = environments.filter((environment) => cells[environment.name]?.url !== undefined);
  const url = cells[places.at(-1)?.name ?? '']?.url;
  const first = environments[0];
  const deployable = environments.filter((environment) => environment.promotesFrom === undefined);
  const name = titleOf(entity);
  const deployTo = (environment: string) => go(planHref({ component: entityRef, environment, mode: 'deploy' }));
  // Going back needs somewhere to go back to: a first version has none.
  const reversible = environments.filter(
    (environment) => cells[environment.name]?.deploymentId !== undefined && cells[environment.name]?.earlier === true,
  );
  useKey('o', 'Open the live address', () => window.open(url, '_blank', 'noopener'), { when: url !== undefined });
  useKey('d', 'Plan a deployment', () => deployTo(first?.name ?? 'dev'), { when: first !== undefined && may });
  useKey('l', 'Logs', () => go(entityHref(entityRef, 'logs')));
  usePageActions([
    ...(may
      ? environments.map((environment) => ({
          id: `deploy.${environment.name}`,
          label: `Deploy ${name} to ${environment.name}`,
          icon: IconRocket,
          run: () =>
            environment.promotesFrom
              ? go(planHref({ component: entityRef, environment: environment.name, mode: 'promote', from: environment.promotesFrom }))
              : deployTo(environment.name),
        }))
      : []),
    ...(may
      ? reversible.map((environment) => ({
          id: `rollback.${environment.name}`,
          label: `Roll back ${name} in ${environment.name}`,
          icon: IconArrowBackUp,
          run: () => go(planHref({ component: entityRef, environment: environment.name, mode: 'rollback' })),
        }))
      : []),
    ...(url ? [{ id: 'open', label: `Open ${name}`, icon: IconExternalLink, run: () => void window.open(url, '_blank', 'noopener') }] : []),
    { id: 'logs', label: `Logs of ${name}`, icon: IconFileText, run: () => go(entityHref(entityRef, 'logs')) },
  ]);
  return (
    <>
      {url ? (
        <LinkButton href={url} icon={IconExternalLink}>
          Open
        </LinkButton>
      ) : null}
      {deployable.length > 1 ? (
        <Menu>
          <Menu.Target>
            <Button look="primary" disabledReason={may ? undefined : 'Only an owner of this service deploys it'}>
              Deploy <Icon of={IconChevronDown} size={14} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {deployable.map((environment) => (
              <Menu.Item key={environment.name} onClick={() => deployTo(environment.name)}>
                To {environment.title}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : (
        <Button
          look="primary"
          disabledReason={may ? (first ? undefined : 'No environment exists yet') : 'Only an owner of this service deploys it'}
          onClick={() => deployTo(deployable[0]?.name ?? first?.name ?? 'dev')}
        >
          Deploy
        </Button>
      )}
      <MoreMenu
        entries={[
          ...(may
            ? reversible.map((environment) => ({
                label: `Roll back in ${environment.title}`,
                icon: IconArrowBackUp,
                run: () => go(planHref({ component: entityRef, environment: environment.name, mode: 'rollback' })),
              }))
            : []),
          ...more,
        ]}
      />
    </>
  );
}
