import { workflow } from '../../../../extend/kinds/workflow';
import { updateRun } from '../../../../transport/runs';
import { requiredObject } from '../../../shared/readJson';
import { perItem, requiredText } from '../../../shared/perItem';
import { simplifyField } from '../../panel/results';
import { resultOf } from '../../pipeline/resultItems';
import { workflowRunLocator } from '../../../shared/locators';
import type { Operation } from '../operation';

export const update: Operation = {
  value: 'update',
  name: 'Update',
  action: 'Update workflow run',
  description: 'Add metadata to a workflow run, or change it',
  fields: [
    workflowRunLocator,
    {
      displayName: 'Metadata (JSON)',
      name: 'metadata',
      type: 'json',
      default: '{}',
      placeholder: 'e.g. {"approved": true}',
      description: 'Added to the metadata of the run; a name that it has already gets the new value',
    },
    {
      displayName: 'Run Name',
      name: 'name',
      type: 'string',
      default: '',
      placeholder: 'e.g. Invoice 17',
      description: 'Name of the run in the Extend dashboard. Leave empty to keep it.',
    },
    simplifyField,
  ],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflowRunId', 'Workflow Run', itemIndex);
      const name = String(context.getNodeParameter('name', itemIndex, '') ?? '').trim();
      const given = context.getNodeParameter('metadata', itemIndex, '{}') as unknown;
      // A name alone is a change too; everything else must be metadata that changes something.
      const nameOnly = name !== '' && /^(\{\s*\})?$/.test(typeof given === 'string' ? given.trim() : JSON.stringify(given));
      const metadata = nameOnly ? undefined : requiredObject(context, 'metadata', 'Metadata (JSON)', itemIndex, '{"approved": true}');
      const run = await updateRun(client, workflow, id, { ...(name !== '' && { name }), ...(metadata && { metadata }) });
      return resultOf(workflow, run, { simplify: context.getNodeParameter('simplify', itemIndex, true) as boolean });
    }),
};
