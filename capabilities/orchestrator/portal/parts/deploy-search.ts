import { getEnvironmentBoard } from '@paved/client';
import { call, paletteScore, type PaletteSource } from '@paved/ui';
import { IconArrowBackUp, IconRocket } from '@tabler/icons-react';
import { planHref } from './plan-href.ts';

const verbs = ['deploy', 'promote', 'roll', 'back', 'rollback', 'ship', 'release'];

/** "deploy checkout", "promote checkout to staging", "roll back checkout": each leads to the plan that it would carry out. */
export const deploySearch: PaletteSource = {
  title: 'Deploy',
  search: async (text, signal) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.some((word) => word.length > 2 && verbs.some((verb) => verb.startsWith(word)))) return [];
    const { environments, services } = await call(getEnvironmentBoard, { signal });
    const offers = services.flatMap((service) =>
      environments.flatMap((environment) => {
        const from = environment.promotesFrom;
        const cell = service.cells[environment.name];
        const plan = { component: service.component, environment: environment.name };
        const id = `${service.component}.${environment.name}`;
        const ahead = from !== undefined && service.cells[from]?.deploymentId !== undefined && cell?.same !== true;
        return [
          ...(from === undefined
            ? [
                {
                  id: `deploy.${id}`,
                  label: `Deploy ${service.title} to ${environment.name}`,
                  icon: IconRocket,
                  href: planHref({ ...plan, mode: 'deploy' }),
                },
              ]
            : []),
          ...(ahead
            ? [
                {
                  id: `promote.${id}`,
                  label: `Promote ${service.title} to ${environment.name}`,
                  icon: IconRocket,
                  href: planHref({ ...plan, mode: 'promote', from }),
                },
              ]
            : []),
          ...(cell?.earlier === true
            ? [
                {
                  id: `rollback.${id}`,
                  label: `Roll back ${service.title} in ${environment.name}`,
                  icon: IconArrowBackUp,
                  href: planHref({ ...plan, mode: 'rollback' }),
                },
              ]
            : []),
        ];
      }),
    );
    return offers.filter((offer) => paletteScore(offer.label, text, 'rollback ship release') !== undefined).slice(0, 8);
  },
};
