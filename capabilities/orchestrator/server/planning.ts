import { createHash } from 'node:crypto';
import path from 'node:path';
import { PavedError, type Json, type JsonObject } from '@paved/kernel';
import type { Scm } from '@paved/repositories';
import type { Plan, WorkloadOutputs } from '../index.ts';
import { foreignData, type KeptData } from '../model/kept-data.ts';
import { contextOf } from '../model/component-context.ts';
import type { DeploymentSet } from '../model/deployment-set.ts';
import { buildGraph, uidOf, type Graph } from '../model/graph.ts';
import type { InstantFacts } from '../model/instant.ts';
import type { ResourceTypeSpec } from '../model/kinds.ts';
import type { Definition } from '../model/matching.ts';
import type { CheckParams } from '../model/params.ts';
import { planDeployment } from '../model/plan.ts';
import type { ResolveInput } from '../model/resolve.ts';
import type { ScoreContainer } from '../model/score/document.ts';
import { readScore } from '../model/score/read.ts';
import type { Drivers } from './drivers.ts';
import { toActive, type Store } from './store.ts';
import type { KnownComponent, KnownEnvironment, World } from './world.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface PlanningDeps {
  readonly store: Store;
  readonly world: World;
  readonly repositories: Scm;
  readonly drivers: () => Drivers;
  readonly checkParams: CheckParams;
}

/** Everything a plan is made from; equal basis, equal graph. */
export interface Basis {
  readonly component: string;
  readonly environment: KnownEnvironment;
  /** Absent when the component is to go. */
  readonly set?: { readonly body: DeploymentSet; readonly artifactLocation?: string };
  readonly types: Readonly<Record<string, ResourceTypeSpec>>;
  readonly definitions: readonly Definition[];
  readonly lock?: Readonly<Record<string, Definition>>;
  readonly variables: Readonly<Record<string, Json>>;
  readonly facts: InstantFacts;
}

/** A graph, and how its nodes' inputs are resolved. */
export interface Drawn {
  readonly graph: Graph | undefined;
  readonly resolveBase: Omit<ResolveInput, 'graph' | 'outputsOf' | 'ownerOf'>;
}

/** A graph with what a deployment would do about it. */
export interface Planned extends Drawn {
  readonly plan: Plan;
  /** The definitions that were taken, by node key. */
  readonly lock: Readonly<Record<string, Definition>>;
}

export type Planning = ReturnType<typeof createPlanning>;

export function createPlanning(deps: PlanningDeps) {
  const { store, world, repositories } = deps;

  /** What runs in an environment, for those who look each other up. */
  const factsOf = async (environment: string): Promise<InstantFacts> => {
    const rows = await store.workloads(undefined, environment);
    return {
      environment,
      services: rows.flatMap((row) => {
        const [component] = row.consumers;
        if (component === undefined || row.outputs === null) return [];
        const outputs = row.outputs as WorkloadOutputs;
        const ports = (row.inputs?.['ports'] ?? {}) as Record<string, { port: number }>;
        const addresses = Object.entries(outputs.ports ?? {}).map(([name, address]) => [
          name,
          { ...address, ...(ports[name] === undefined ? {} : { servicePort: ports[name].port }) },
        ]);
        return [
          {
            component,
            name: contextOf(component).slug,
            ...(outputs.url === undefined ? {} : { url: outputs.url }),
            ports: Object.fromEntries(addresses),
          },
        ];
      }),
    };
  };

  const basisOf = async (
    component: string,
    environment: KnownEnvironment,
    more: Pick<Basis, 'set' | 'lock'> & { variables?: Readonly<Record<string, Json>> },
  ): Promise<Basis> => {
    const [kinds, facts, variables] = await Promise.all([
      world.kinds(),
      factsOf(environment.name),
      more.variables ?? world.variables(component, environment.name),
    ]);
    return { component, environment, ...kinds, facts, ...more, variables };
  };

  const draw = (basis: Basis): Drawn => {
    const { environment, set } = basis;
    const component = contextOf(basis.component);
    const graph =
      set === undefined
        ? undefined
        : buildGraph(
            {
              component,
              environment,
              set: set.body,
              ...(set.artifactLocation === undefined ? {} : { artifactLocation: set.artifactLocation }),
              types: basis.types,
              definitions: basis.definitions,
              variables: basis.variables,
              ...(basis.lock === undefined ? {} : { lock: basis.lock }),
            },
            sha256,
          );
    return {
      graph,
      resolveBase: {
        component,
        environment,
        types: basis.types,
        metadata: set?.body.score.metadata ?? {},
        uidOf: (node) => uidOf(environment.name, node, sha256),
        checkParams: deps.checkParams,
      },
    };
  };

  const refuseForeignData = async (component: string, kept: readonly KeptData[]): Promise<void> => {
    const [foreign] = foreignData(kept, (await world.component(component)).ownerRefs);
    if (foreign === undefined) return;
    const owners = foreign.keptFor.length === 0 ? 'a service whose owners are not known' : foreign.keptFor.join(', ');
    throw new PavedError(
      'forbidden',
      `${foreign.key} was kept when an earlier service of this name was deleted; its data belongs to ${owners}.`,
      {
        fix: 'Give the service another name, or ask them (or a platform engineer) to destroy the kept data: paved service kept.',
      },
    );
  };

  const plan = async (basis: Basis): Promise<Planned> => {
    const { graph, resolveBase } = draw(basis);
    const rows = await store.resourcesFor(basis.environment.name, basis.component, graph?.nodes.map(resolveBase.uidOf) ?? []);
    const kept = rows.filter((row) => row.status === 'orphaned').map((row) => ({ key: row.key, keptFor: row.kept_for }));
    if (graph !== undefined && kept.length > 0) await refuseForeignData(basis.component, kept);
    return {
      graph,
      resolveBase,
      lock: Object.fromEntries(graph?.nodes.map((node) => [node.key, node.definition]) ?? []),
      plan: planDeployment({
        ...resolveBase,
        graph,
        version: basis.set?.body.version ?? '',
        facts: basis.facts,
        active: rows.map(toActive),
        drivers: deps.drivers().names,
        sha256,
      }),
    };
  };

  /** Reads, checks and inlines what is to be shipped. */
  const makeSet = async (
    component: KnownComponent,
    request: {
      score?: string;
      commit?: string;
      artifact?: { digest: string; type: 'archive' | 'image'; location: string };
      version: string;
    },
  ): Promise<{ body: DeploymentSet; artifactLocation?: string }> => {
    const text = request.score ?? (await scoreAt(repositories, component, request.commit));
    const document = readScore(text);
    const containers = await Promise.all(
      Object.entries(document.containers).map(
        async ([name, container]) => [name, await withFiles(container, component, request.commit)] as const,
      ),
    );
    const usesArtifact = containers.some(([, container]) => container.image === '.');
    const artifact = request.artifact ?? (usesArtifact ? await builtBefore(component, request.commit) : undefined);
    return {
      body: {
        component: component.ref,
        version: request.version,
        score: { ...document, containers: Object.fromEntries(containers) },
        ...(artifact === undefined ? {} : { artifact: { digest: artifact.digest, type: artifact.type } }),
      },
      ...(artifact === undefined ? {} : { artifactLocation: artifact.location }),
    };
  };

  const builtBefore = async (component: KnownComponent, commit: string | undefined) => {
    const known = await store.newestBuilt(component.ref, commit);
    if (known?.body.artifact === undefined) {
      const what = commit === undefined ? 'Nothing was built yet' : `Nothing was built from commit ${commit.slice(0, 7)}`;
      throw new PavedError('invalid', `${what}, so there is no artifact of ${component.name} to deploy.`, {
        fix: 'Push to the repository and let the pipeline deploy, or pass the artifact.',
      });
    }
    return { ...known.body.artifact, location: known.artifact_location ?? '' };
  };

  /** Files that the Score document takes from the repository become part of the set. */
  const withFiles = async (container: ScoreContainer, component: KnownComponent, commit: string | undefined): Promise<ScoreContainer> => {
    if (container.files === undefined) return container;
    const files = await Promise.all(
      Object.entries(container.files).map(async ([target, { source, ...file }]) => {
        if (source === undefined) return [target, file] as const;
        const place = path.posix.normalize(source);
        const found =
          component.repository === undefined || commit === undefined || place.startsWith('..') || path.posix.isAbsolute(place)
            ? undefined
            : await repositories.readFile(component.repository, commit, place);
        if (found === undefined || found.binary) {
          throw new PavedError(
            'invalid',
            `The file "${source}" for ${target} ${found === undefined ? 'is not in the repository' : 'is not text'}.`,
            {
              fix: found === undefined ? 'Commit it, with a path relative to the repository.' : 'Put it into binaryContent as base64.',
            },
          );
        }
        return [target, { ...file, content: found.text }] as const;
      }),
    );
    return { ...container, files: Object.fromEntries(files) };
  };

  return { basisOf, draw, plan, makeSet };
}

async function scoreAt(repositories: Scm, component: KnownComponent, commit: string | undefined): Promise<string> {
  if (component.repository === undefined) {
    throw new PavedError('invalid', `${component.ref} has no repository on this platform, so its Score file cannot be read.`, {
      fix: 'Pass the Score document with the request.',
    });
  }
  const repository = await repositories.get(component.repository);
  const revision = commit ?? repository?.defaultBranch ?? 'HEAD';
  const file = await repositories.readFile(component.repository, revision, 'score.yaml');
  if (file === undefined) {
    throw new PavedError('invalid', `${component.repository} has no score.yaml at ${revision.slice(0, 12)}.`, {
      fix: 'Add one at the top of the repository.',
    });
  }
  return file.text;
}

/** JSON that a deployment keeps of what it was made from. */
export const kept = (value: unknown): string => JSON.stringify(value as JsonObject);
