import type { INodeProperties } from 'n8n-workflow';

interface Locator {
  displayName: string;
  name: string;
  description: string;
  /** Name of the method in `methods.listSearch`. */
  search: string;
  list: string;
  id: string;
  idLabel?: string;
  /** A dashboard address and how the ID stands in it. */
  url?: { example: string; id: string; what: string };
}

/** A field that takes a resource from a list, by its ID, or by its address in the dashboard. */
const locator = ({ displayName, name, description, search, list, id, idLabel = 'By ID', url }: Locator): INodeProperties => ({
  displayName,
  name,
  type: 'resourceLocator',
  default: { mode: 'list', value: '' },
  required: true,
  description,
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      placeholder: list,
      typeOptions: { searchListMethod: search, searchable: true },
    },
    { displayName: idLabel, name: 'id', type: 'string', placeholder: id },
    ...(url
      ? [
          {
            displayName: 'By URL',
            name: 'url',
            type: 'string' as const,
            placeholder: url.example,
            // Dashboard addresses may change; the ID in them is what counts.
            extractValue: { type: 'regex' as const, regex: `^https?://[^?#]*?/(${url.id})` },
            validation: [
              {
                type: 'regex' as const,
                properties: {
                  regex: `^https?://[^?#]*?/${url.id}.*$`,
                  errorMessage: `This is not the address of ${url.what}`,
                },
              },
            ],
          },
        ]
      : []),
  ],
});

export const workflowLocator = locator({
  displayName: 'Workflow',
  name: 'workflow',
  description: 'The Extend workflow that processes the documents',
  search: 'searchWorkflows',
  list: 'Choose a workflow...',
  id: 'e.g. workflow_xKm9pNv3qWsY',
  url: {
    example: 'e.g. https://dashboard.extend.ai/workflows/workflow_xKm9pNv3qWsY',
    // IDs of runs and versions begin with the same word.
    id: '(?:workflow_(?!run_|version_)|wf_)[A-Za-z0-9_-]+',
    what: 'an Extend workflow',
  },
});

export const workflowRunLocator = locator({
  displayName: 'Workflow Run',
  name: 'workflowRunId',
  description: 'The run of one document, or of a package of files',
  search: 'searchWorkflowRuns',
  list: 'Choose a run by its file...',
  id: 'e.g. workflow_run_xKm9pNv3qWsY_jL2tR5Dh',
  url: {
    example: 'e.g. https://dashboard.extend.ai/workflows/workflow_xKm9pNv3qWsY/runs/workflow_run_jL2tR5Dh',
    id: 'workflow_run_[A-Za-z0-9_-]+',
    what: 'a workflow run',
  },
});

export const fileLocator = locator({
  displayName: 'File',
  name: 'fileId',
  description: 'A file that was uploaded to Extend, or that a run made',
  search: 'searchFiles',
  list: 'Choose a file...',
  id: 'e.g. file_xK9mLPqRtN3vS8wF5hB2cQ',
});

/** The version that a run takes; the latest deployed one when nothing is chosen. */
export const runVersionLocator: INodeProperties = {
  ...locator({
    displayName: 'Workflow Version',
    name: 'version',
    description: 'The version of the workflow to run. Without a choice it is the latest deployed one.',
    search: 'searchWorkflowVersions',
    list: 'Latest deployed version',
    id: 'e.g. 3, draft or latest',
    idLabel: 'By Number',
  }),
  required: false,
};

export const workflowVersionLocator = locator({
  displayName: 'Version',
  name: 'versionId',
  description: 'The version of the workflow chosen above',
  search: 'searchWorkflowVersions',
  list: 'Choose a version...',
  id: 'e.g. 3, draft or latest',
  idLabel: 'By Number or ID',
});
