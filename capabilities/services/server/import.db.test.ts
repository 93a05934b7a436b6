import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { catalog } from '@paved/catalog';
import { refOf } from '@paved/kernel';
import { repositories } from '@paved/repositories';
import { runs } from '@paved/runs';
import type { ImportOutput } from '../index.ts';
import { elsewhere, person, servicesPlatform } from './testing/services-platform.ts';

const node = { 'package.json': JSON.stringify({ name: 'x', scripts: { start: 'node main.js' } }), 'main.js': '' };
const playback = { owner: 'playback' };

describe('importing', () => {
  test('copies, describes, registers; without a pipeline it says why nothing was built', async () => {
    await using paved = await servicesPlatform();
    const run = await paved.import({ ...playback, source: elsewhere(node), system: 'player', description: 'Sings' }, person('mira'));
    expect(run).toMatchObject({ status: 'succeeded', title: 'Import lyrics' });
    expect(run.steps.map((step) => [step.id, step.status])).toEqual([
      ['repository', 'succeeded'],
      ['inspect', 'succeeded'],
      ['describe', 'succeeded'],
      ['register', 'succeeded'],
      ['pipeline', 'succeeded'],
      ['build', 'skipped'],
    ]);
    const output = run.output as ImportOutput;
    expect(output).toMatchObject({ slug: 'playback/lyrics', component: 'component:default/lyrics' });
    expect(output.notes.join(' ')).toContain('No pipeline matches');
    const scm = paved.service(repositories);
    expect((await scm.tree('playback/lyrics', 'trunk')).map(({ path }) => path)).toEqual([
      'catalog-info.yaml',
      'main.js',
      'package.json',
      'score.yaml',
    ]);
    expect((await scm.commits('playback/lyrics', 'trunk')).map(({ subject }) => subject)).toEqual([
      'Describe lyrics for the platform',
      'First',
    ]);
    const entity = await paved.service(catalog).get('component:default/lyrics');
    expect(entity?.spec).toMatchObject({ type: 'service', owner: 'playback', system: 'player' });
    expect(entity?.metadata).toMatchObject({ description: 'Sings', tags: ['node'] });
    const audited = await paved.request('GET', '/api/audit?action=services.service.import');
    expect(audited.json.items[0]).toMatchObject({ actor: { ref: 'user:default/mira' }, subject: 'component:default/lyrics' });
  });

  test('leaves what is there as it is, and a repository without a start command without score.yaml', async () => {
    await using paved = await servicesPlatform();
    const own =
      'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: words}\nspec: {type: service, lifecycle: production, owner: discovery}\n';
    const run = await paved.import({ ...playback, source: elsewhere({ 'catalog-info.yaml': own }) });
    expect(run.output).toMatchObject({ component: 'component:default/words' });
    expect(run.steps.find(({ id }) => id === 'build')).toMatchObject({
      status: 'skipped',
      output: 'It has no score.yaml, so there is nothing to deploy.',
    });
    const scm = paved.service(repositories);
    expect((await scm.readFile('playback/lyrics', 'trunk', 'catalog-info.yaml'))?.text).toBe(own);
    expect(await scm.commits('playback/lyrics', 'trunk')).toHaveLength(1);
  });

  test('keeps the service when its build fails', async () => {
    const pipeline: { id?: string } = {};
    await using paved = await servicesPlatform({ pipelineRun: async () => pipeline.id });
    // Any run that fails stands in for a pipeline.
    pipeline.id = (await paved.import({ ...playback, source: '/nowhere/broken' })).id;
    const run = await paved.import({ ...playback, source: elsewhere(node) });
    expect(run).toMatchObject({ status: 'succeeded', output: { pipelineRunId: pipeline.id } });
    expect(run.steps.at(-1)).toMatchObject({ id: 'build', status: 'failed' });
    expect((run.output as ImportOutput).notes.at(-1)).toContain('its build failed');
    expect(await paved.service(catalog).get('component:default/lyrics')).toBeDefined();
  });

  test('takes back what it made when it fails, and when it is cancelled', async () => {
    let asked = Promise.withResolvers<void>();
    await using paved = await servicesPlatform({
      pipelineRun: () => {
        asked.resolve();
        return new Promise((resolve) => setTimeout(() => resolve(undefined), 1_000));
      },
    });
    const scm = paved.service(repositories);
    // The catalog refuses the file, so the registration fails.
    const broken = await paved.import({
      ...playback,
      source: elsewhere({ ...node, 'catalog-info.yaml': 'kind: Component\nmetadata: {name: "no name!"}\n' }),
    });
    expect(broken.status).toBe('failed');
    expect(broken.steps.find(({ id }) => id === 'repository')?.status).toBe('undone');
    expect(await scm.get('playback/lyrics')).toBeUndefined();

    asked = Promise.withResolvers<void>();
    const started = await paved.request('POST', '/api/services/import', { body: { ...playback, source: elsewhere(node) } });
    await asked.promise;
    expect(await paved.service(catalog).get('component:default/lyrics')).toBeDefined();
    await paved.service(runs).cancel(String(started.json.runId), person('mira'));
    expect((await paved.ended(String(started.json.runId))).status).toBe('cancelled');
    expect(await scm.get('playback/lyrics')).toBeUndefined();
    expect(await paved.service(catalog).get('component:default/lyrics')).toBeUndefined();
    // And the name is free again.
    expect((await paved.import({ ...playback, source: elsewhere(node) })).status).toBe('succeeded');
  });
});

describe('who and what', () => {
  test('only for a group of one’s own, and only for names that are free', async () => {
    await using paved = await servicesPlatform({
      authorize: (actor, permission, resource) =>
        actor.role !== 'developer' ||
        permission.endsWith('.read') ||
        (resource?.ownerRefs ?? []).some((ref) => actor.ownershipRefs.includes(ref))
          ? { allowed: true }
          : { allowed: false, reason: 'It is not yours.' },
    });
    const source = elsewhere(node);
    const post = (body: object, as = person('mira')) => paved.request('POST', '/api/services/import', { body: { source, ...body }, as });
    expect((await post({ owner: 'discovery' })).status).toBe(403);
    expect((await post({ owner: 'user:default/mira' })).json).toMatchObject({ code: 'invalid' });
    expect((await post({ owner: 'nobody' }, person('root', 'administrator'))).json.detail).toBe('The catalog has no group:default/nobody.');
    expect((await post({ ...playback, system: 'nowhere' })).status).toBe(400);
    expect((await post({ ...playback, name: '../up' })).status).toBe(400);
    const made = await post(playback);
    expect(made.status).toBe(202);
    await paved.ended(String(made.json.runId));
    expect((await post(playback)).status).toBe(409);
    expect((await post({ ...playback, slug: 'playback/other' })).json.detail).toBe('The catalog has component:default/lyrics already.');
    expect((await paved.service(catalog).query({ filter: [{ kind: ['component'] }] })).items.map(refOf)).toEqual([
      'component:default/lyrics',
    ]);
    // A platform engineer may for any team.
    expect((await post({ owner: 'discovery', name: 'other' }, person('ada', 'platform-engineer'))).status).toBe(202);
  });

  test('a password in the address is in no answer, log or table', async () => {
    await using paved = await servicesPlatform();
    const run = await paved.import({ ...playback, name: 'lyrics', source: 'https://me:taint-s3cret@localhost/x/lyrics.git' });
    expect(run).toMatchObject({ status: 'failed', input: { source: 'https://localhost/x/lyrics.git' } });
    const log = await paved.request('GET', `/api/runs/${run.id}/logs?format=text`);
    const audited = await paved.request('GET', '/api/audit');
    for (const text of [JSON.stringify(run), log.text, audited.text]) expect(text).not.toContain('taint-s3cret');
    const client = new pg.Client({ connectionString: paved.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ table: string }>(
        `select format('%I.%I', schemaname, tablename) as table from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
      );
      for (const { table } of rows) {
        const found = await client.query(`select 1 from ${table} t where t::text like '%taint-s3cret%'`);
        expect(found.rowCount, table).toBe(0);
      }
      expect((await client.query('select 1 from services.sealed_source')).rowCount).toBe(1);
    } finally {
      await client.end();
    }
  });
});
