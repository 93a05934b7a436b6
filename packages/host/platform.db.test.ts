import { sql } from 'kysely';
import { z } from 'zod';
import { expect, test } from 'vitest';
import { PavedError, serviceRef } from '@paved/kernel';
import { testPlatform } from '@paved/testing';
import { defineCapability } from './define-capability.ts';
import type { PlatformEvent } from './events/events.ts';

interface Notes {
  add(text: string): Promise<void>;
  heard: PlatformEvent[];
}
const notes = serviceRef<Notes>('notes');

const notesCapability = defineCapability({
  name: 'notes',
  provides: notes,
  permissions: [{ name: 'notes.note.create', description: 'Write notes.', role: 'developer' }],
  migrations: {
    '001_note': {
      async up(db) {
        await db.schema
          .createTable('note')
          .addColumn('text', 'text', (c) => c.notNull())
          .execute();
      },
    },
  },
  create(ctx) {
    const db = ctx.db.withTables<{ note: { text: string } }>();
    const heard: PlatformEvent[] = [];
    const service: Notes = {
      heard,
      add: (text) =>
        db.transaction().execute(async (tx) => {
          await tx.insertInto('note').values({ text }).execute();
          await ctx.events.publish(tx, { type: 'notes.note.added', subject: text, data: { text } });
          if (text === 'roll back') throw new PavedError('conflict', 'Rolled back.');
        }),
    };
    return {
      service,
      handlers: [{ name: 'listen', types: ['notes.*'], handle: async (event) => void heard.push(event) }],
      routes(app) {
        app.post(
          '/api/notes',
          {
            schema: {
              operationId: 'addNote',
              tags: ['notes'],
              body: z.strictObject({ text: z.string().min(1) }),
              response: { 201: z.object({ ok: z.boolean() }) },
            },
            config: { permission: 'notes.note.create' },
          },
          async (request, reply) => {
            await service.add(request.body.text);
            return reply.code(201).send({ ok: true });
          },
        );
      },
    };
  },
});

const until = async (check: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !check(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(check()).toBe(true);
};

test('a capability gets its schema, routes, events and a place in the OpenAPI document', async () => {
  await using paved = await testPlatform({ capabilities: [notesCapability], listen: true });
  const created = await paved.request('POST', '/api/notes', { body: { text: 'first' } });
  expect(created.status).toBe(201);
  await until(() => paved.service(notes).heard.length === 1);
  const document = (await paved.request('GET', '/api/openapi.json')).json;
  expect(document.openapi).toBe('3.1.0');
  expect(document.paths['/api/notes'].post['x-permission']).toBe('notes.note.create');
  expect((await paved.request('GET', '/readyz')).json).toEqual({ status: 'ready', problems: {} });
});

test('an event of a rolled-back transaction is never heard', async () => {
  await using paved = await testPlatform({ capabilities: [notesCapability], listen: true });
  expect((await paved.request('POST', '/api/notes', { body: { text: 'roll back' } })).status).toBe(409);
  await paved.service(notes).add('after');
  await until(() => paved.service(notes).heard.length === 1);
  expect(paved.service(notes).heard[0]?.subject).toBe('after');
});

test('bad input gets one problem with a sentence, for our clients and Backstage’s', async () => {
  await using paved = await testPlatform({ capabilities: [notesCapability] });
  const answer = await paved.request('POST', '/api/notes', { body: { text: '' } });
  expect(answer.status).toBe(400);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.json).toMatchObject({ code: 'invalid', status: 400, error: { name: 'InputError' }, response: { statusCode: 400 } });
  expect(answer.json.problems[0].at).toBe('body/text');
  const missing = await paved.request('GET', '/api/nothing');
  expect(missing.json.code).toBe('not_found');
});

test('a refused permission names itself and nothing is written', async () => {
  await using paved = await testPlatform({
    capabilities: [notesCapability],
    authorize: () => ({ allowed: false, reason: 'Only developers write notes.', fix: 'Ask for the role.' }),
  });
  const answer = await paved.request('POST', '/api/notes', { body: { text: 'no' } });
  expect(answer.status).toBe(403);
  expect(answer.json).toMatchObject({
    detail: 'Only developers write notes.',
    fix: 'Ask for the role.',
    facts: { permission: 'notes.note.create' },
  });
  const rows = await sql<{ n: string }>`select count(*) n from notes.note`.execute(paved.platform.db);
  expect(rows.rows[0]?.n).toBe('0');
});

test('a route without protection stops the start', async () => {
  const open = defineCapability({
    name: 'open',
    create: () => ({ service: undefined, routes: (app) => void app.get('/api/open', async () => 'x') }),
  });
  await expect(testPlatform({ capabilities: [open] })).rejects.toThrow(/neither permission, signedIn nor public/);
});

test('the stream resumes after the last id without losing an event', async () => {
  await using paved = await testPlatform({ capabilities: [notesCapability], listen: true });
  const stream = async (after: string | undefined, count: number): Promise<{ ids: string[]; subjects: string[] }> => {
    const abort = new AbortController();
    const response = await fetch(`${paved.baseUrl()}/api/events?types=notes.*`, {
      signal: abort.signal,
      headers: after === undefined ? {} : { 'last-event-id': after },
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const subjects = () =>
      [...text.matchAll(/^data: (\{.+\})$/gm)].flatMap((m) => (m[1] === '{}' ? [] : [(JSON.parse(m[1]!) as PlatformEvent).subject]));
    const read = (async () => {
      while (subjects().length < count) {
        const { value, done } = await reader.read();
        if (done) break;
        text += value;
        if (text.includes('event: open') && after === undefined && subjects().length === 0 && !text.includes('sent')) {
          text += 'sent';
          await paved.service(notes).add('one');
        }
      }
    })();
    await read;
    abort.abort();
    return { ids: [...text.matchAll(/^id: (\S+)$/gm)].map((m) => m[1]!), subjects: subjects() };
  };
  const first = await stream(undefined, 1);
  expect(first.subjects).toEqual(['one']);
  await paved.service(notes).add('two');
  const second = await stream(first.ids.at(-1), 1);
  expect(second.subjects).toContain('two');
});

test('two replicas on one database: each event is handled once', async () => {
  await using one = await testPlatform({ capabilities: [notesCapability], listen: true });
  await using two = await testPlatform({ capabilities: [notesCapability], listen: true, beside: one });
  for (let i = 0; i < 20; i++) await (i % 2 === 0 ? one : two).service(notes).add(`n${i}`);
  const all = () => [...one.service(notes).heard, ...two.service(notes).heard];
  await until(() => all().length >= 20);
  expect(
    all()
      .map((e) => e.subject)
      .sort(),
  ).toEqual(Array.from({ length: 20 }, (_, i) => `n${i}`).sort());
});

test('an event of a transaction that ends late is heard live, although a later one came first', async () => {
  await using paved = await testPlatform({ capabilities: [notesCapability], listen: true });
  const heard: string[] = [];
  paved.platform.events.subscribe(['late.*'], (event) => heard.push(event.subject));
  const { db, events } = paved.platform;
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  // The early transaction takes its number first and draws its id last but one; the other order of ids is the trap.
  const early = db.transaction().execute(async (tx) => {
    await sql`select pg_current_xact_id()`.execute(tx);
    await events.publish(tx, { type: 'late.note.added', subject: 'slow', data: {} });
    await held;
  });
  const old = db.transaction().execute(async (tx) => {
    await events.publish(tx, { type: 'late.note.added', subject: 'quick', data: {} });
  });
  await old;
  await until(() => heard.includes('quick'));
  release();
  await early;
  await until(() => heard.includes('slow'));
  expect(heard).toEqual(['quick', 'slow']);
});

test('ids drawn in another order than transactions began lose nobody', async () => {
  await using paved = await testPlatform({ capabilities: [notesCapability], listen: true });
  const heard: string[] = [];
  paved.platform.events.subscribe(['late.*'], (event) => heard.push(event.subject));
  const { db, events } = paved.platform;
  const began: (() => void)[] = [];
  const gate = () => new Promise<void>((resolve) => began.push(resolve));
  const first = gate();
  const second = gate();
  const done = gate();
  // A has the lower transaction number and draws the higher id; B the other way round, and ends last.
  const a = db.transaction().execute(async (tx) => {
    await sql`select pg_current_xact_id()`.execute(tx);
    began[0]?.();
    await second;
    await events.publish(tx, { type: 'late.note.added', subject: 'a', data: {} });
  });
  await first;
  const b = db.transaction().execute(async (tx) => {
    await events.publish(tx, { type: 'late.note.added', subject: 'b', data: {} });
    began[1]?.();
    await done;
  });
  await a;
  await until(() => heard.includes('a'));
  began[2]?.();
  await b;
  await until(() => heard.includes('b'));
});
