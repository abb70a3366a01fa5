import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  NodeConnectionTypes,
  NodeOperationError,
} from 'n8n-workflow';
import { ExtendClient } from '../../transport/client';
import { CREDENTIAL_TYPE } from '../../transport/credential';
import { StoppedError } from '../../transport/pause';
import { findOperation, properties, subtitle } from './actions';
import { outputs } from './actions/canvas';
import type { Operation } from './actions/operation';
import { searchFiles, searchWorkflowRuns, searchWorkflows, searchWorkflowVersions } from '../shared/listSearch';
import { errorItems } from '../shared/errorItems';
import { asNodeError } from '../shared/perItem';
import { forModel, isTool } from '../shared/tool';

const run = async (context: IExecuteFunctions, operation: Operation): Promise<INodeExecutionData[][]> =>
  await operation.execute(context, await ExtendClient.connect(context));

/** When a node throws with Continue On Fail, n8n passes the input on as if nothing had happened: so every item says what happened. */
async function orErrorItems(context: IExecuteFunctions, outputs: Promise<INodeExecutionData[][]>): Promise<INodeExecutionData[][]> {
  if (!context.continueOnFail()) return await outputs;
  try {
    return await outputs;
  } catch (error) {
    const isStopped = error instanceof StoppedError || (error instanceof Error && error.cause instanceof StoppedError);
    if (isStopped) throw asNodeError(context, error);
    return [errorItems(context, asNodeError(context, error))];
  }
}

export class Extend implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Extend',
    name: 'extend',
    icon: { light: 'file:../../icons/extend.svg', dark: 'file:../../icons/extend.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle,
    description: 'Process documents with Extend (extend.ai), thousands at a time',
    defaults: { name: 'Extend' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs,
    credentials: [{ name: CREDENTIAL_TYPE, required: true }],
    properties,
  };

  methods = { listSearch: { searchFiles, searchWorkflowRuns, searchWorkflows, searchWorkflowVersions } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const resource = this.getNodeParameter('resource', 0) as string;
    const operation = this.getNodeParameter('operation', 0) as string;
    const found = findOperation(resource, operation);
    if (!found) {
      throw new NodeOperationError(this.getNode(), `The operation "${operation}" of "${resource}" does not exist`, {
        description: 'Choose a resource and an operation in the panel of the node.',
      });
    }
    return isTool(this) ? await forModel(this, run(this, found)) : await orErrorItems(this, run(this, found));
  }
}
