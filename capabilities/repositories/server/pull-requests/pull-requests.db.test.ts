import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { PULL_REQUEST_CHANGED, repositories } from '../../index.ts';
import { eventsOf, hosted, person, type Hosted } from '../host.fixture.ts';

const tess = person('tess');
const omar = person('omar');
const url = '/api/repositories/playback/api';

async function withBranch(paved: Hosted, files: Record<string, string> = { 'b.txt': 'b\n' }) {
  const scm = paved.service(repositories);
  await scm.create({ slug: 'playback/api', description: '', ownerRef: 'group:default/playback' }, tess);
  await scm.commitFiles('playback/api', { branch: 'main', files: { 'a.txt': 'one\ntwo\nthree\n' }, message: 'First' }, tess);
  const { sha } = await scm.commitFiles('playback/api', { branch: 'feature', files, message: 'Feature' }, tess);
  return { scm, sha };
}

const changes = async (paved: Hosted): Promise<unknown[]> => (await eventsOf(paved, PULL_REQUEST_CHANGED)).map((e) => e.data['change']);

describe('a pull request', () => {
  test('is opened, talked about, changed, approved and merged', async () => {
    await using paved = await hosted({ actor: tess });
    const { scm } = await withBranch(paved);
    const opened = await paved.request('POST', `${url}/pull-requests`, { body: { title: 'Add b', body: 'Because.', head: 'feature' } });
    expect(opened.status).toBe(201);
    expect(opened.json).toMatchObject({ number: 1, base: 'main', state: 'open', author: { ref: tess.ref } });
    expect((await paved.request('POST', `${url}/pull-requests`, { body: { title: 'Twice', head: 'feature' } })).status).toBe(409);
    const remark = { body: 'Why b?', path: 'b.txt', line: 1 };
    expect((await paved.request('POST', `${url}/pull-requests/1/remarks`, { body: remark, as: omar })).json).toMatchObject({
      line: 1,
      side: 'new',
      outdated: false,
    });
    expect((await paved.request('POST', `${url}/pull-requests/1/remarks`, { body: { verdict: 'approved' } })).status).toBe(403);
    await paved.request('POST', `${url}/pull-requests/1/remarks`, { body: { verdict: 'changes_requested', body: 'c' }, as: omar });
    expect((await paved.request('POST', `${url}/pull-requests/1/merge`, { body: {} })).json).toMatchObject({
      code: 'conflict',
      detail: 'omar asked for changes.',
    });
    const { sha } = await scm.commitFiles('playback/api', { branch: 'feature', files: { 'b.txt': 'c\n' }, message: 'c' }, tess);
    await expect.poll(async () => (await paved.request('GET', `${url}/pull-requests/1`)).json.pullRequest.headSha).toBe(sha);
    await paved.request('POST', `${url}/pull-requests/1/remarks`, { body: { verdict: 'approved' }, as: omar });
    const seen = (await paved.request('GET', `${url}/pull-requests/1`)).json;
    expect(seen).toMatchObject({
      mergeability: { mergeable: true, ahead: 2, behind: 0 },
      commits: [{ subject: 'c' }, { subject: 'Feature' }],
      remarks: [{ outdated: true }, {}, { verdict: 'approved' }],
    });
    const diff = (await paved.request('GET', `${url}/pull-requests/1/diff`)).json;
    expect(diff.files).toMatchObject([
      { path: 'b.txt', change: 'added', additions: 1, hunks: [{ lines: [{ type: 'added', new: 1, text: 'c' }] }] },
    ]);
    const merged = await paved.request('POST', `${url}/pull-requests/1/merge`, { body: { expectedHead: sha, deleteBranch: true } });
    expect(merged.json).toMatchObject({ pullRequest: { state: 'merged' } });
    expect((await scm.commits('playback/api', 'main'))[0]).toMatchObject({
      sha: merged.json.sha,
      subject: 'Merge pull request 1 from feature',
      author: { name: 'tess' },
    });
    expect((await scm.commits('playback/api', 'main'))[0]?.parents).toHaveLength(2);
    expect(await scm.resolve('playback/api', 'feature')).toBeUndefined();
    // Again gives the same, and its difference stays to be seen.
    expect((await paved.request('POST', `${url}/pull-requests/1/merge`, { body: {} })).json.sha).toBe(merged.json.sha);
    expect((await paved.request('GET', `${url}/pull-requests/1/diff`)).json.files).toHaveLength(1);
    expect((await paved.request('GET', `${url}/pull-requests/1`)).json.commits).toHaveLength(2);
    expect(await changes(paved)).toEqual(['opened', 'commented', 'reviewed', 'updated', 'reviewed', 'merged']);
  });

  test('is not merged while a check failed or runs, unless an owner says why', async () => {
    await using paved = await hosted({ actor: tess });
    const { scm, sha } = await withBranch(paved);
    await paved.request('POST', `${url}/pull-requests`, { body: { title: 'Add b', head: 'feature' } });
    const merge = (body: object = {}) => paved.request('POST', `${url}/pull-requests/1/merge`, { body: { method: 'squash', ...body } });
    await scm.setCheck('playback/api', sha, { name: 'test', status: 'running' });
    expect((await merge()).json.detail).toBe('test still runs.');
    await scm.setCheck('playback/api', sha, { name: 'test', status: 'failed', summary: '1 of 3' });
    expect((await merge()).json).toMatchObject({ detail: 'test failed.', facts: { blockers: ['check_failed'] } });
    const merged = await merge({ overrideReason: 'Flaky, see ticket 12.' });
    expect(merged.status).toBe(200);
    expect(merged.json.pullRequest.ended.overrideReason).toBe('Flaky, see ticket 12.');
    expect((await scm.commits('playback/api', 'main'))[0]?.parents).toHaveLength(1);
    expect(paved.audited.find((a) => a.action === 'repositories.pull_request.merged')?.facts).toMatchObject({
      override: 'Flaky, see ticket 12.',
    });
  });

  test('in conflict names the files and cannot be overridden', async () => {
    await using paved = await hosted({ actor: tess });
    const { scm } = await withBranch(paved, { 'a.txt': 'ONE\ntwo\nthree\n' });
    await scm.commitFiles('playback/api', { branch: 'main', files: { 'a.txt': 'uno\ntwo\nthree\n' }, message: 'Other' }, tess);
    await paved.request('POST', `${url}/pull-requests`, { body: { title: 'Clash', head: 'feature' } });
    const answer = await paved.request('POST', `${url}/pull-requests/1/merge`, { body: { overrideReason: 'I want it' } });
    expect(answer.json).toMatchObject({ code: 'conflict', facts: { blockers: ['conflict'] } });
    expect(answer.json.detail).toContain('a.txt changed on both sides');
    expect((await paved.request('POST', `${url}/pull-requests/1/close`)).json.state).toBe('closed');
    expect((await paved.request('POST', `${url}/pull-requests/1/reopen`)).json.state).toBe('open');
  });

  test('that was merged by hand is noticed', async () => {
    await using paved = await hosted({ actor: tess });
    const { scm } = await withBranch(paved);
    await paved.request('POST', `${url}/pull-requests`, { body: { title: 'Add b', head: 'feature' } });
    const bare = `${paved.dataDir}/repositories/playback/api.git`;
    execFileSync('git', [
      '-c',
      'core.logAllRefUpdates=always',
      '-c',
      'user.name=x',
      '-c',
      'user.email=x',
      `--git-dir=${bare}`,
      'update-ref',
      'refs/heads/main',
      'refs/heads/feature',
    ]);
    await scm.commitFiles('playback/api', { branch: 'main', files: { x: 'x' }, message: 'x' }, tess);
    const state = async () => (await paved.request('GET', `${url}/pull-requests/1`)).json.pullRequest.state;
    await expect.poll(state, { timeout: 10_000 }).toBe('merged');
  });

  test('of an unknown branch, or with nothing in it, is refused with a sentence', async () => {
    await using paved = await hosted({ actor: tess });
    await withBranch(paved);
    expect((await paved.request('POST', `${url}/pull-requests`, { body: { title: 'x', head: 'nope' } })).json.detail).toContain(
      'no branch nope',
    );
    expect((await paved.request('POST', `${url}/pull-requests`, { body: { title: 'x', head: 'main' } })).json.detail).toContain(
      'into itself',
    );
    expect((await paved.request('GET', `${url}/pull-requests/9`)).status).toBe(404);
  });
});
