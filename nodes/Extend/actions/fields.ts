import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

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

export const workflowRunId: INodeProperties = {
  displayName: 'Workflow Run ID',
  name: 'workflowRunId',
  type: 'string',
  required: true,
  default: '',
  placeholder: 'e.g. workflow_run_xKm9pNv3qWsY_jL2tR5Dh',
};

export const fileId: INodeProperties = {
  displayName: 'File ID',
  name: 'fileId',
  type: 'string',
  required: true,
  default: '',
  placeholder: 'e.g. file_xK9mLPqRtN3vS8wF5hB2cQ',
};

const titleOf = (status: string): string => {
  const words = status.toLowerCase().split('_');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
};

/** Statuses as choices, sorted by their labels. */
export const statusOptions = (statuses: readonly string[]): INodePropertyOptions[] =>
  [...statuses].sort().map((value) => ({ name: titleOf(value), value }));
