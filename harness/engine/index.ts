/**
 * Runs workflows through n8n's real engine (n8n-core's WorkflowExecute), in process: real parameter
 * evaluation, real binary storage, real HTTP helpers, real pairing of items. Only the database is missing.
 */
import './environment';
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
  createRunExecutionData,
  Expression,
  type IDataObject,
  type INode,
  type INodeExecutionData,
  type INodeType,
  type IRun,
  type IWorkflowExecuteAdditionalData,
  NodeConnectionTypes,
  type NodeHint,
  Workflow,
  type WorkflowExecuteMode,
} from 'n8n-workflow';
import { Credentials } from './credentials';
import { GIVEN, nodeTypesWith } from './nodeTypes';

export { binaryOf, useBinaryMode } from './binary';

Expression.setExpressionEngine?.('legacy');

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
  const stop = options.stopAfterMs === undefined ? undefined : setTimeout(() => running.cancel(), options.stopAfterMs);
  try {
    return readRun(await running);
  } finally {
    clearTimeout(stop);
  }
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
