/**
 * The contexts in which n8n calls a trigger while it is published and while it receives, without an n8n: requests go out
 * as its helper sends them.
 */
import { NodeHelpers, type IDataObject, type IHookFunctions, type IHttpRequestOptions, type INodeParameters, type IWebhookFunctions } from 'n8n-workflow';
import { ExtendApi } from '../../credentials/ExtendApi.credentials';
import { triggerFields } from '../../nodes/ExtendTrigger/fields';

export interface TriggerWorld {
  /** Both contexts in one. */
  context: IHookFunctions & IWebhookFunctions;
  staticData: IDataObject;
  /** What `webhook` answered by itself. */
  answers: number[];
  logs: string[];
}

interface Given {
  parameters?: IDataObject;
  credential: IDataObject;
  workflowName?: string;
  url?: string;
  /** What was delivered. */
  delivery?: { body: string; headers: Record<string, string> };
  staticData?: IDataObject;
}

/** Values at a path of the panel. n8n has resolved expressions by then, so they may be anything. */
const at = (values: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => (inner as IDataObject | undefined)?.[key], values);

export function triggerWorld({ parameters = {}, credential, workflowName = 'Receive', url = 'https://n8n.example.com/webhook/1/extend', delivery, staticData = {} }: Given): TriggerWorld {
  const node = { id: 'node', name: 'Extend Trigger', type: 'n8n-nodes-extend.extendTrigger', typeVersion: 1, position: [0, 0] as [number, number], parameters: parameters as INodeParameters };
  const values = NodeHelpers.getNodeParameters(triggerFields, node.parameters, true, false, node, null);
  const world: TriggerWorld = { context: {} as TriggerWorld['context'], staticData, answers: [], logs: [] };
  const response = { status: (code: number) => (world.answers.push(code), response), send: () => response, end: () => response };
  const log = (text: string) => void world.logs.push(text);
  Object.assign(world.context, {
    getNode: () => node,
    getWorkflow: () => ({ id: 'workflow', name: workflowName, active: true }),
    getMode: () => 'webhook',
    getNodeWebhookUrl: () => url,
    getWorkflowStaticData: () => staticData,
    getNodeParameter: (name: string, fallback: unknown) => at(values, name) ?? fallback,
    getCredentials: async () => credential,
    getRequestObject: () => ({ rawBody: Buffer.from(delivery?.body ?? '') }),
    getHeaderData: () => delivery?.headers ?? {},
    getResponseObject: () => response,
    logger: { info: log, warn: log, error: log, debug: log },
    helpers: { httpRequestWithAuthentication: send },
  });
  return world;

  async function send(_: string, { method, baseURL = '', url: path, qs = {}, body }: IHttpRequestOptions) {
    const { headers } = await new ExtendApi().authenticate({ ...credential } as never, { url: path });
    const query = new URLSearchParams(Object.entries(qs).map(([key, value]) => [key, String(value)])).toString();
    const answer = await fetch(`${baseURL}${path}${query && `?${query}`}`, {
      method,
      headers: { ...(headers as Record<string, string>), ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: text === '' ? {} : (JSON.parse(text) as unknown) };
  }
}
