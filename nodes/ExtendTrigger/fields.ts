import type { INodeProperties } from 'n8n-workflow';
import { API_VERSION } from '../../extend/api/limits';
import { EVENT_TYPES, isWorkflowScoped } from '../../extend/webhook/events';
import { includeConfidence } from '../Extend/panel/results';
import { workflowLocator } from '../shared/locators';
import { EVENT_OPTIONS } from './labels';
import { largeResultSize } from './settings';

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
      { name: 'All Workflows', value: 'all', description: 'Also workflows that are created later' },
      { name: 'Selected Workflows', value: 'selected' },
    ],
    default: 'selected',
    displayOptions: { show: { events: runEvents } },
    description: 'Whose runs to listen to. Only workflow run events are limited to them.',
  },
  {
    displayName: 'Selected Workflows',
    name: 'workflows',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    placeholder: 'Add Workflow',
    default: { values: [{ workflow: { mode: 'list', value: '' } }] },
    displayOptions: { show: { events: runEvents, workflowSelection: ['selected'] } },
    options: [
      {
        displayName: 'Workflow',
        name: 'values',
        values: [{ ...workflowLocator, description: 'An Extend workflow whose runs start this workflow' }],
      },
    ],
  },
  {
    displayName: 'Webhook Setup',
    name: 'webhookSetup',
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
    displayOptions: { show: { webhookSetup: ['manual'] } },
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
        description: 'Only runs of these batches. Separate several by commas, or use an expression that returns a list.',
      },
      {
        displayName: 'Download Large Results',
        name: 'downloadLargeResults',
        type: 'boolean',
        default: true,
        description: 'Whether to fetch results that Extend sends as a link. Otherwise the item has the link, which works for an hour.',
      },
      { ...includeConfidence, displayOptions: { show: { '/simplify': [true] } } },
      largeResultSize,
      {
        displayName: 'Metadata',
        name: 'metadata',
        type: 'fixedCollection',
        typeOptions: { multipleValues: true },
        placeholder: 'Add Condition',
        default: {},
        description: 'Only runs whose metadata meets all conditions. Of several conditions with the same name, one is enough.',
        options: [
          {
            displayName: 'Condition',
            name: 'values',
            values: [
              { displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. customerId or customer.number' },
              {
                displayName: 'Value',
                name: 'value',
                type: 'string',
                default: '',
                placeholder: 'e.g. cust_123',
                description: 'An expression may return a list: any of its values will do',
              },
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
