import type { INodeProperties } from 'n8n-workflow';

export const workflowLocator: INodeProperties = {
  displayName: 'Workflow',
  name: 'workflow',
  type: 'resourceLocator',
  default: { mode: 'list', value: '' },
  required: true,
  description: 'The Extend workflow that processes the documents',
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      placeholder: 'Choose a workflow...',
      typeOptions: { searchListMethod: 'searchWorkflows', searchable: true },
    },
    {
      displayName: 'By ID',
      name: 'id',
      type: 'string',
      placeholder: 'e.g. workflow_xKm9pNv3qWsY',
    },
    {
      displayName: 'By URL',
      name: 'url',
      type: 'string',
      placeholder: 'e.g. https://dashboard.extend.ai/workflows/workflow_xKm9pNv3qWsY',
      // Dashboard addresses may change; the ID in them is what counts. Runs and versions share its prefix.
      extractValue: { type: 'regex', regex: '^https?://[^?#]*?/((?:workflow_(?!run_|version_)|wf_)[A-Za-z0-9_-]+)' },
      validation: [
        {
          type: 'regex',
          properties: {
            regex: '^https?://[^?#]*?/(?:workflow_(?!run_|version_)|wf_)[A-Za-z0-9_-]+.*$',
            errorMessage: 'This is not the address of an Extend workflow',
          },
        },
      ],
    },
  ],
};

export const simplifyField: INodeProperties = {
  displayName: 'Simplify',
  name: 'simplify',
  type: 'boolean',
  default: true,
  description: 'Whether to return a simplified version of the response instead of the raw data',
};
