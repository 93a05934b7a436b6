import { getEntitiesByQuery, getEnvironmentBoard, listRepositories, listRuns, listTemplates, type CliContext } from '@paved/client';

const ENOUGH = 1000;

/** Names for completion, one in a line: nothing when they cannot be had, for nobody reads an error there. */
export async function printValues(cli: CliContext, what: string): Promise<void> {
  const names = await namesOf(cli, what).catch(() => []);
  if (names.length > 0) console.log(names.join('\n'));
}

async function namesOf(cli: CliContext, what: string): Promise<readonly string[]> {
  switch (what) {
    case 'environment':
      return (await cli.api.call(getEnvironmentBoard)).environments.map(({ name }) => name);
    case 'template':
      return (await cli.api.call(listTemplates)).items.map(({ name }) => name);
    case 'repository':
      return (await cli.api.call(listRepositories, { query: { limit: 500 } })).items.map(({ slug }) => slug);
    case 'run':
      return (await cli.api.call(listRuns, { query: { limit: 50 } })).items.map(({ id }) => id);
    case 'kind':
      return (await cli.api.get<{ items: { kind: string }[] }>('/api/catalog/kinds')).items.map(({ kind }) => kind.toLowerCase());
    case 'ref':
      return entities(cli);
    default:
      return entities(cli, what);
  }
}

/** Names of one kind, or references of all; only what stands in the default namespace goes without it. */
async function entities(cli: CliContext, kind?: string): Promise<string[]> {
  const { items } = await cli.api.call(getEntitiesByQuery, {
    query: {
      filter: kind === undefined ? undefined : [`kind=${kind}`],
      fields: ['kind,metadata.name,metadata.namespace'],
      orderField: ['metadata.name'],
      limit: ENOUGH,
    },
  });
  return (items as unknown as { kind: string; metadata: { name: string; namespace?: string } }[]).map((entity) => {
    const { name, namespace = 'default' } = entity.metadata;
    const short = namespace === 'default' ? name : `${namespace}/${name}`;
    return kind === undefined && entity.kind !== 'Component' ? `${entity.kind.toLowerCase()}:${short}` : short;
  });
}
