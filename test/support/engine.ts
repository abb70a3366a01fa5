/**
 * Runs workflows through n8n's real engine (n8n-core's WorkflowExecute), in process: real parameter
 * evaluation, real binary storage, real HTTP helpers, real pairing of items. Only the database is missing.
 */
import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

process.env.N8N_USER_FOLDER ??= mkdtempSync(join(tmpdir(), 'n8n-engine-'));
process.env.N8N_ENCRYPTION_KEY ??= 'engine-test-key';
process.env.N8N_LOG_LEVEL ??= 'silent';

import { createRequire } from 'node:module';
import {
  BinaryDataConfig,
  BinaryDataService,
  ExecutionLifecycleHooks,
  UnrecognizedNodeTypeError,
  WorkflowExecute,
} from 'n8n-core';
import {
  createRunExecutionData,
  Expression,
  ICredentialsHelper,
  type ICredentialType,
  type IDataObject,
  type IExecuteFunctions,
  type IHttpRequestOptions,
  type INode,
  type INodeExecutionData,
  type INodeType,
  type INodeTypes,
  type IRun,
  type IWorkflowExecuteAdditionalData,
  NodeConnectionTypes,
  NodeHelpers,
  type NodeHint,
  Workflow,
  type WorkflowExecuteMode,
} from 'n8n-workflow';
import { ExtendApi } from '../../credentials/ExtendApi.credentials';
// With its extension: a loader may take the codex file beside it, Extend.node.json, instead.
import { Extend } from '../../nodes/Extend/Extend.node.ts';
import { ExtendTrigger } from '../../nodes/ExtendTrigger/ExtendTrigger.node.ts';
import { perItemParameter } from '../../nodes/shared/fastParameters';

Expression.setExpressionEngine?.('legacy');

// The engine's own container: other packages bring other copies.
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as {
  Container: { get<T>(type: abstract new (...args: never[]) => T): T };
};

/** Emits the items a test starts with; n8n's own manual trigger emits one empty item of its own. */
const start: INodeType = {
  description: {
    displayName: 'Start',
    name: 'start',
    group: ['trigger'],
    version: 1,
    description: '',
    defaults: { name: 'Start' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    properties: [],
  },
  async execute(this: IExecuteFunctions) {
    return [this.getInputData()];
  },
};

/** Looks back from each item: `$('Start').item` works only where the pairing of items is right. */
const lookBack: INodeType = {
  description: {
    ...start.description,
    displayName: 'Look Back',
    name: 'lookBack',
    group: ['transform'],
    inputs: [NodeConnectionTypes.Main],
    properties: [{ displayName: 'Origin', name: 'origin', type: 'string', default: '' }],
  },
  async execute(this: IExecuteFunctions) {
    return [
      this.getInputData().map((item, i) => ({
        json: { ...item.json, origin: this.getNodeParameter('origin', i) as string },
        pairedItem: { item: i },
      })),
    ];
  },
};

/** Reads a parameter both ways, ours and n8n's, for every item. */
const compare: INodeType = {
  description: {
    ...lookBack.description,
    displayName: 'Compare',
    name: 'compare',
    properties: [{ displayName: 'Value', name: 'value', type: 'json', default: '' }],
  },
  async execute(this: IExecuteFunctions) {
    const attempt = (read: () => unknown) => {
      try {
        return { value: read() };
      } catch (error) {
        return { error: (error as Error).message };
      }
    };
    const ours = perItemParameter<unknown>(this, 'value', 'fallback');
    return [
      this.getInputData().map((_, item) => ({
        json: {
          ours: attempt(() => ours(item)),
          theirs: attempt(() => this.getNodeParameter('value', item, 'fallback')),
        } as unknown as IDataObject,
        pairedItem: { item },
      })),
    ];
  },
};

const NODE_TYPES: Record<string, INodeType> = {
  'test.start': start,
  'test.lookBack': lookBack,
  'test.compare': compare,
  'n8n-nodes-extend.extend': new Extend(),
  'n8n-nodes-extend.extendTrigger': new ExtendTrigger(),
};

/** Under this name a run has a node type of its own. */
const GIVEN = 'test.given';

function nodeTypesWith(given?: INodeType): INodeTypes {
  const find = (type: string): INodeType => {
    const found = type === GIVEN ? given : NODE_TYPES[type];
    if (!found) throw new UnrecognizedNodeTypeError(...(type.split('.') as [string, string]));
    return found;
  };
  return {
    getByName: find,
    getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(find(type), version),
    getKnownTypes: () => ({}),
  };
}

/** Hands out the test's credential and applies it as n8n does. */
class Credentials extends ICredentialsHelper {
  private readonly type: ICredentialType = new ExtendApi();

  constructor(
    private readonly data: IDataObject,
    private readonly timeoutMs?: number,
  ) {
    super();
  }

  getParentTypes = () => [];
  isCredentialUsableByNode = () => true;
  getCredentialsProperties = () => this.type.properties;
  getDecrypted = async () => ({ ...this.data }) as never;
  getCredentials = async (): Promise<never> => {
    throw new Error('not used by nodes');
  };
  preAuthentication = async () => undefined;
  runPreAuthentication = async () => undefined;
  updateCredentials = async () => {};
  updateCredentialsOauthTokenData = async () => {};
  authenticate = async (credentials: never, _type: string, request: IHttpRequestOptions) => {
    if (this.timeoutMs !== undefined) request.timeout = this.timeoutMs;
    return typeof this.type.authenticate === 'function' ? await this.type.authenticate(credentials, request) : request;
  };
}

export interface EngineRun {
  /** Items of the Extend node, by output. */
  outputs: INodeExecutionData[][];
  /** Items of the first output. */
  items: INodeExecutionData[];
  /** The json of the first output's items. */
  json: IDataObject[];
  /** With `lookBack`: what the next node sees when it looks back at the item each result came from. */
  origins: unknown[];
  hints: NodeHint[];
  error?: { message: string; description?: string; httpCode?: string; context?: IDataObject };
  run: IRun;
}

export interface EngineOptions {
  parameters: IDataObject;
  /** Input items; plain objects become their json. */
  input: Array<INodeExecutionData | IDataObject>;
  /** Fields of the credential. */
  credential: IDataObject;
  /** Settings of the node itself, such as onError. */
  node?: Partial<INode>;
  mode?: WorkflowExecuteMode;
  /** Stops the execution, as the user does with the Stop button, after this time in milliseconds. */
  stopAfterMs?: number;
  /** How long requests wait for an answer, in milliseconds, instead of the minutes that they wait otherwise. */
  timeoutMs?: number;
  /** Another node type, of this harness or given, in the place of Extend. */
  type?: 'test.compare' | 'n8n-nodes-extend.extendTrigger' | INodeType;
  /** Runs Extend a second time in the same execution, as a loop does. */
  twice?: boolean;
  /** Adds a node after Extend that looks back from each item with `$('Start').item`. */
  lookBack?: boolean;
}

/** Where n8n keeps files: with the item, in the file system. Call before tests that use binaries. */
export async function useBinaryMode(mode: 'default' | 'filesystem'): Promise<void> {
  Container.get(BinaryDataConfig).mode = mode;
  await Container.get(BinaryDataService).init();
}

/** A file on an item, stored the way the current binary mode stores it. */
export async function binaryOf(bytes: Buffer, fileName: string, mimeType = 'application/pdf') {
  const data = { data: '', mimeType, fileName };
  return await Container.get(BinaryDataService).store(
    { type: 'execution', workflowId: 'wf1', executionId: '1' } as never,
    bytes,
    data as never,
  );
}

/** Runs Start → Extend → Look Back in n8n's engine. */
export async function runExtend(options: EngineOptions): Promise<EngineRun> {
  const { parameters, input, credential, mode = 'trigger', type = 'n8n-nodes-extend.extend' } = options;
  const given = typeof type === 'string' ? undefined : type;
  const node = (name: string, type: string, more: Partial<INode> = {}): INode => ({
    id: name,
    name,
    type,
    typeVersion: 1,
    position: [0, 0],
    parameters: {},
    ...more,
  });
  const nodes = [
    node('Start', 'test.start'),
    node('Extend', typeof type === 'string' ? type : GIVEN, {
      parameters: parameters as INode['parameters'],
      credentials: { extendApi: { id: '1', name: 'Extend API' } },
      ...options.node,
    }),
    node('Look Back', 'test.lookBack', { parameters: { origin: "={{ $('Start').item.json }}" } }),
  ];
  const link = (to: string) => ({ main: [[{ node: to, type: NodeConnectionTypes.Main, index: 0 }]] });
  const start = link('Extend');
  if (options.twice) start.main[0]?.push({ node: 'Extend', type: NodeConnectionTypes.Main, index: 0 });
  const connections = { Start: start, ...(options.lookBack && { Extend: link('Look Back') }) };
  const definition = { id: 'wf1', name: 'Test', nodes, connections, active: false, settings: { executionOrder: 'v1' as const } };
  const workflow = new Workflow({ ...definition, nodeTypes: nodeTypesWith(given) });
  const additionalData = {
    executionId: '1',
    credentialsHelper: new Credentials(credential, options.timeoutMs),
    hooks: new ExecutionLifecycleHooks(mode, '1', definition as never),
    currentNodeExecutionIndex: 0,
    restApiUrl: 'http://localhost/rest',
    instanceBaseUrl: 'http://localhost',
    webhookBaseUrl: 'http://localhost/webhook',
    webhookTestBaseUrl: 'http://localhost/webhook-test',
    webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
    formWaitingBaseUrl: 'http://localhost/form-waiting',
    variables: {},
    setExecutionStatus() {},
    sendDataToUI() {},
    secretsHelpers: {},
    externalSecretsProxy: {},
  } as unknown as IWorkflowExecuteAdditionalData;
  const items = input.map((item) => ('json' in item ? item : { json: item }) as INodeExecutionData);
  const runData = createRunExecutionData({
    executionData: {
      nodeExecutionStack: [{ node: workflow.getNode('Start') as INode, data: { main: [items] }, source: null }],
    },
  });
  const running = new WorkflowExecute(additionalData, mode, runData).processRunExecutionData(workflow);
  if (options.stopAfterMs !== undefined) setTimeout(() => running.cancel(), options.stopAfterMs);
  return readRun(await running);
}

function readRun(run: IRun): EngineRun {
  const { runData, error } = run.data.resultData;
  const task = runData.Extend?.[0];
  const outputs = (task?.data?.main ?? []).map((output) => output ?? []);
  const first = outputs[0] ?? [];
  return {
    outputs,
    items: first,
    json: first.map(({ json }) => json),
    origins: (runData['Look Back']?.[0]?.data?.main?.[0] ?? []).map(({ json }) => json.origin),
    hints: task?.hints ?? [],
    error: (task?.error ?? error) as EngineRun['error'],
    run,
  };
}
