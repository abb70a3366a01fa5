import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  NodeConnectionTypes,
  NodeOperationError,
} from 'n8n-workflow';
import { CREDENTIAL_TYPE, ExtendClient } from '../../transport/client';
import { findOperation, properties, subtitle } from './actions';
import { outputsOfBatchResults } from './actions/workflowRun/getBatchResults.operation';
import { searchFiles, searchWorkflowRuns, searchWorkflows, searchWorkflowVersions } from './methods/listSearch';
import { forModel, isTool } from './shared/tool';

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
    outputs: outputsOfBatchResults,
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
    const outputs = found.execute(this, await ExtendClient.connect(this));
    return isTool(this) ? await forModel(this, outputs) : await outputs;
  }
}
