import type { INodeProperties } from 'n8n-workflow';
import { API_VERSION } from '../../extend/api/limits';
import { EVENT_TYPES, isWorkflowScoped } from '../../extend/webhook/events';
import { workflowLocator } from '../shared/locators';
import { EVENT_OPTIONS } from './labels';
import { DEFAULT_THRESHOLD_KB } from './registration';

const runEvents = EVENT_TYPES.filter(isWorkflowScoped);

export const triggerFields: INodeProperties[] = [
  {
    displayName: 'Trigger On',
    name: 'events',
    type: 'multiOptions',
    noDataExpression: true,
    required: true,
    options: EVENT_OPTIONS,
    default: ['workflow_run.completed', 'workflow_run.failed'],
  },
  {
    displayName: 'Workflows',
    name: 'workflowSelection',
    type: 'options',
    noDataExpression: true,
    options: [
      { name: 'All Workflows', value: 'all' },
      { name: 'Selected Workflows', value: 'selected' },
    ],
    default: 'selected',
    displayOptions: { show: { events: runEvents } },
    description: 'Whose runs to listen to. Only workflow run events are limited to them.',
  },
  {
    displayName:
      'Extend workflows that are created later are included only after this n8n workflow is unpublished and published again.',
    name: 'allNotice',
    type: 'notice',
    default: '',
    displayOptions: { show: { events: runEvents, workflowSelection: ['all'], registration: ['automatic'] } },
  },
  {
    displayName: 'Selected Workflows',
    name: 'workflows',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    placeholder: 'Add Workflow',
    default: { workflow: [{ id: { mode: 'list', value: '' } }] },
    displayOptions: { show: { events: runEvents, workflowSelection: ['selected'] } },
    options: [
      {
        displayName: 'Workflow',
        name: 'workflow',
        values: [{ ...workflowLocator, name: 'id', description: 'An Extend workflow whose runs start this workflow' }],
      },
    ],
  },
  {
    displayName: 'Webhook Setup',
    name: 'registration',
    type: 'options',
    noDataExpression: true,
    options: [
      {
        name: 'Automatic',
        value: 'automatic',
        description: 'The webhook endpoint is created in Extend when the workflow is published, and removed when it is unpublished',
      },
      {
        name: 'Manual',
        value: 'manual',
        description: 'You create the webhook endpoint in the Extend dashboard',
      },
    ],
    default: 'automatic',
  },
  {
    displayName:
      `In the Extend dashboard, create a webhook endpoint with API version ${API_VERSION} and the production URL above (for a test, the test URL). For workflow run events, also add a webhook subscription in each workflow. Enter the signing secret of the endpoint in the Extend API credential: while it is being replaced, both, separated by a comma.`,
    name: 'manualNotice',
    type: 'notice',
    default: '',
    displayOptions: { show: { registration: ['manual'] } },
  },
  {
    displayName: 'Simplify',
    name: 'simplify',
    type: 'boolean',
    default: true,
    description: 'Whether to return a simplified version of the response instead of the raw data',
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: [
      {
        displayName: 'Batch IDs',
        name: 'batchIds',
        type: 'string',
        default: '',
        placeholder: 'e.g. batch_7Ws31-F5',
        description: 'Only runs of these batches, separated by commas',
      },
      {
        displayName: 'Download Large Results',
        name: 'downloadPayload',
        type: 'boolean',
        default: true,
        description: 'Whether to fetch results that Extend sends as a link. Otherwise the item has the link, which works for an hour.',
      },
      {
        displayName: 'Large Result Size (KB)',
        name: 'urlThresholdBytes',
        type: 'number',
        typeOptions: { minValue: 1 },
        default: DEFAULT_THRESHOLD_KB,
        description: 'Results above this size are sent as a link instead of in the event itself',
        displayOptions: { show: { '/registration': ['automatic'] } },
      },
      {
        displayName: 'Metadata',
        name: 'metadata',
        type: 'fixedCollection',
        typeOptions: { multipleValues: true },
        placeholder: 'Add Condition',
        default: {},
        description: 'Only runs whose metadata has all of these values',
        options: [
          {
            displayName: 'Condition',
            name: 'pair',
            values: [
              { displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. customerId' },
              { displayName: 'Value', name: 'value', type: 'string', default: '', placeholder: 'e.g. cust_123' },
            ],
          },
        ],
      },
      {
        displayName: 'Separate Output per Event',
        name: 'separateOutputs',
        type: 'boolean',
        noDataExpression: true,
        default: false,
        description: 'Whether each chosen event has an output of its own',
      },
    ],
  },
];
