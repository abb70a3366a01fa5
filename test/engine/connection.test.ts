/** The way to Extend: base URL, workspace, and a server that is not there. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject } from 'n8n-workflow';
import { credentialOf } from '../../harness/onSandbox';
import { type Sandbox, startSandbox } from '../../sandbox';
import { batchRunOn, FROM_TEXT, FROM_URL } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const batchRun = batchRunOn(() => sandbox, FROM_URL);
const batchRunOfTexts = batchRunOn(() => sandbox, FROM_TEXT);
const good = (n = 0) => ({ url: `https://example.com/${n}.pdf` });
const requests = () => sandbox.ledger().requests;

describe('a server', () => {
  it('a server that is not there is said to be unreachable, without re-sending', async () => {
    const { error } = await batchRun([good()], {}, { credential: credentialOf(sandbox, { baseUrl: 'http://127.0.0.1:9' }) });
    expect(error?.message).toBe('Extend could not be reached');
    expect(error?.description).toContain('base URL');
  });

  it('a missing workspace ID is named as what to check; a given one goes with every request', async () => {
    await using organization = await startSandbox({ runMs: 20, requireWorkspaceId: 'ws_1' });
    const credentialWith = (more: IDataObject) => credentialOf(sandbox, { baseUrl: organization.url, apiToken: organization.token, ...more });
    const workflow = { __rl: true, mode: 'id', value: organization.workflowId };
    const { error } = await batchRun([good()], { workflow }, { credential: credentialWith({}) });
    expect(error?.message).toBe('Extend did not accept the request');
    expect(error?.description).toContain('workspace ID');
    const { json } = await batchRun([good()], { workflow, waitForCompletion: 'poll' }, { credential: credentialWith({ workspaceId: ' ws_1 ' }) });
    expect(json).toMatchObject([{ status: 'PROCESSED' }]);
  });
});

describe('a base URL', () => {
  it('with a user name is refused, and its password is nowhere', async () => {
    const baseUrl = sandbox.url.replace('//', '//admin:hunter2@');
    const { error, run } = await batchRunOfTexts([{ text: 'x' }], {}, { credential: credentialOf(sandbox, { baseUrl }) });
    expect(error?.message).toBe('Extend could not be reached');
    expect(error?.description).toContain('user name or password');
    expect(JSON.stringify(run)).not.toContain('hunter2');
    expect(requests()).toEqual([]);
  });

  it('may have a path', async () => {
    const seen: string[] = [];
    const gateway = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      request.resume();
      response.setHeader('content-type', 'application/json').end('{"batchId":"batch_1"}');
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/extend/v2/`;
    const { json } = await batchRunOfTexts([{ text: 'x' }], {}, { credential: credentialOf(sandbox, { baseUrl }) });
    gateway.close();
    expect(json).toMatchObject([{ batchId: 'batch_1' }]);
    expect(seen).toEqual([`POST /extend/v2/workflow_runs/batch Bearer ${sandbox.token}`]);
  });
});
