import { NodeOperationError } from 'n8n-workflow';
import type { JsonObject, WorkflowRun } from '../../../../extend/api/types';
import { simplifyRun } from '../../../../extend/results/simplify';
import { path } from '../../../../transport/client';
import { perItem, requiredText } from '../../shared/perItem';
import { simplifyField, workflowRunId } from '../fields';
import type { Operation } from '../operation';

export const update: Operation = {
  value: 'update',
  name: 'Update',
  action: 'Update workflow run',
  description: 'Add metadata to a workflow run, or change it',
  fields: [
    workflowRunId,
    {
      displayName: 'Metadata (JSON)',
      name: 'metadata',
      type: 'json',
      required: true,
      default: '{}',
      placeholder: 'e.g. {"approved": true}',
      description: 'Added to the metadata of the run; a name that it has already gets the new value',
    },
    simplifyField,
  ],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflowRunId', 'Workflow Run ID', itemIndex);
      const metadata = readMetadata(context.getNodeParameter('metadata', itemIndex, '{}'));
      if (metadata === undefined || Object.keys(metadata).length === 0) {
        throw new NodeOperationError(context.getNode(), `Metadata is empty or not an object [item ${itemIndex}]`, {
          itemIndex,
          description: 'Enter an object such as {"approved": true}. Nothing was sent for this item.',
        });
      }
      const request = { method: 'POST', path: path`/workflow_runs/${id}`, body: { metadata }, effect: 'write' } as const;
      const run = await client.request<WorkflowRun>(request);
      return context.getNodeParameter('simplify', itemIndex, true) ? simplifyRun(run) : run;
    }),
};

/** An object, or its JSON text; undefined for anything else. */
function readMetadata(given: unknown): JsonObject | undefined {
  let value = given;
  if (typeof given === 'string') {
    try {
      value = JSON.parse(given);
    } catch {
      // Broken JSON is no object; the caller's message covers it.
      return undefined;
    }
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
