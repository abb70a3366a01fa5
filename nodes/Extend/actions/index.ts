import type { INodeProperties } from 'n8n-workflow';
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

const subtitles = resources.flatMap(({ value: resource, name, operations }) =>
  operations.map((operation) => [`${operation.value}:${resource}`, `${operation.name}: ${name}`]),
);

/** The line below the name of a node on the canvas, such as "Batch Run: Workflow Run": labels in place of values. */
export const subtitle = `={{ (${JSON.stringify(Object.fromEntries(subtitles))})[$parameter["operation"] + ":" + $parameter["resource"]] }}`;

/** The operation that the panel's two choices name. */
export const findOperation = (resource: string, operation: string): Operation | undefined =>
  resources.find(({ value }) => value === resource)?.operations.find(({ value }) => value === operation);
