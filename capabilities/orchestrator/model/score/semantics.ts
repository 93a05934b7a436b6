import type { Problem } from '@paved/kernel';
import { cycleIn } from '../cycle.ts';
import { nearest } from '../nearest.ts';
import { keysOf, referencesIn } from '../placeholder.ts';
import type { ScoreDocument } from './document.ts';

/** What a schema cannot say: placeholders that lead nowhere, containers that wait for themselves. All problems at once. */
export function semanticProblems(document: ScoreDocument): Problem[] {
  return [...referenceProblems(document), ...beforeProblems(document), ...portProblems(document)];
}

/** Everything in a document whose placeholders are expanded, with its JSON pointer. */
export function expandedTexts(document: ScoreDocument): { at: string; value: unknown }[] {
  const pointer = (...parts: string[]): string => parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const containers = Object.entries(document.containers).flatMap(([name, container]) => [
    ...Object.entries(container.variables ?? {}).map(([key, value]) => ({ at: pointer('containers', name, 'variables', key), value })),
    ...Object.entries(container.files ?? {}).flatMap(([target, file]) =>
      file.noExpand === true || file.content === undefined
        ? []
        : [{ at: pointer('containers', name, 'files', target, 'content'), value: file.content }],
    ),
    ...Object.entries(container.volumes ?? {}).map(([target, volume]) => ({
      at: pointer('containers', name, 'volumes', target, 'source'),
      value: volume.source,
    })),
  ]);
  const resources = Object.entries(document.resources ?? {}).map(([name, resource]) => ({
    at: pointer('resources', name, 'params'),
    value: resource.params ?? {},
  }));
  return [...containers, ...resources];
}

function referenceProblems(document: ScoreDocument): Problem[] {
  const declared = Object.keys(document.resources ?? {});
  return expandedTexts(document).flatMap(({ at, value }) =>
    [...new Set(referencesIn(value))].flatMap((reference): Problem[] => {
      const [root, name] = keysOf(reference);
      if (
        !/^[a-zA-Z0-9_\\/-]+(\.[a-zA-Z0-9_\\/-]+)+$/.test(reference.replaceAll('\\.', '_')) ||
        (root !== 'metadata' && root !== 'resources')
      ) {
        return [
          {
            at,
            message: `\${${reference}} refers to nothing.`,
            fix: 'Refer to ${metadata.<key>} or ${resources.<name>.<output>}; write $${…} for a literal one.',
          },
        ];
      }
      if (root !== 'resources' || name === undefined || declared.includes(name)) return [];
      const close = nearest(name, declared);
      return [
        {
          at,
          message: `\${${reference}} refers to the resource "${name}", which the document does not declare.`,
          fix:
            close === undefined
              ? `Add resources.${name} with its type.`
              : `Did you mean "${close}"? Otherwise add resources.${name} with its type.`,
        },
      ];
    }),
  );
}

function beforeProblems(document: ScoreDocument): Problem[] {
  const names = Object.keys(document.containers);
  const problems = Object.entries(document.containers).flatMap(([name, container]) =>
    Object.keys(container.before ?? {}).flatMap((other): Problem[] => {
      const at = `/containers/${name}/before/${other}`;
      if (other === name) return [{ at, message: `The container "${name}" is to run before itself.`, fix: 'Remove that entry.' }];
      if (names.includes(other)) return [];
      const close = nearest(other, names);
      return [
        {
          at,
          message: `There is no container "${other}".`,
          fix: close === undefined ? `Use one of ${names.join(', ')}.` : `Did you mean "${close}"?`,
        },
      ];
    }),
  );
  const cycle = cycleIn(names, (name) =>
    Object.keys(document.containers[name]?.before ?? {}).filter((other) => other !== name && names.includes(other)),
  );
  if (cycle === undefined) return problems;
  return [
    ...problems,
    {
      at: `/containers/${cycle[0]}/before`,
      message: `Containers wait for each other in a circle: ${cycle.join(' → ')}.`,
      fix: 'Remove one of these before entries.',
    },
  ];
}

function portProblems(document: ScoreDocument): Problem[] {
  const seen = new Map<number, string>();
  return Object.entries(document.service?.ports ?? {}).flatMap(([name, port]) => {
    const other = seen.get(port.port);
    seen.set(port.port, name);
    return other === undefined
      ? []
      : [
          {
            at: `/service/ports/${name}/port`,
            message: `The ports "${other}" and "${name}" both are ${port.port}.`,
            fix: 'Give each its own number.',
          },
        ];
  });
}
