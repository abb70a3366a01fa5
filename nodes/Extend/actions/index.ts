import type { INodeProperties } from 'n8n-workflow';
import { subtitleFor } from './canvas';
import { type Operation, type Resource, resourceProperties } from './operation';
import { file } from './file';
import { workflow } from './workflow';
import { workflowRun } from './workflowRun';
import { workflowVersion } from './workflowVersion';

/** Everything the node can do, in the order of the panel. */
export const resources: Resource[] = [file, workflow, workflowRun, workflowVersion];

/** The whole panel of the node. */
export const properties: INodeProperties[] = [
  {
    displayName: 'Resource',
    name: 'resource',
    type: 'options',
    noDataExpression: true,
    options: resources.map(({ name, value }) => ({ name, value })),
    default: 'workflowRun',
  },
  ...resources.flatMap(resourceProperties),
];

export const subtitle = subtitleFor(resources);

/** The operation that the panel's two choices name. */
export const findOperation = (resource: string, operation: string): Operation | undefined =>
  resources.find(({ value }) => value === resource)?.operations.find(({ value }) => value === operation);
