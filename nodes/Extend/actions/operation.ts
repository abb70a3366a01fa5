import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { ExtendClient } from '../../../transport/client';

/** One operation of a resource: what the panel shows and what happens when it runs. */
export interface Operation {
  value: string;
  /** Label of the operation. */
  name: string;
  /** Text in the list of actions in the nodes panel. */
  action: string;
  description: string;
  fields: INodeProperties[];
  /** Handles all input items at once; gives the items of each output. */
  execute(context: IExecuteFunctions, client: ExtendClient): Promise<INodeExecutionData[][]>;
}

export interface Resource {
  value: string;
  name: string;
  operations: Operation[];
  defaultOperation: string;
}

/** The panel of a resource: its operations, then the fields of each. */
export const resourceProperties = ({ value: resource, operations, defaultOperation }: Resource): INodeProperties[] => [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: [resource] } },
    options: operations.map(({ name, value, action, description }) => ({ name, value, action, description })),
    default: defaultOperation,
  },
  ...operations.flatMap(({ value: operation, fields }) =>
    fields.map((field) => ({
      ...field,
      // First of all, because n8n shows a field as soon as it meets an expression in one of these.
      displayOptions: { ...field.displayOptions, show: { resource: [resource], operation: [operation], ...field.displayOptions?.show } },
    })),
  ),
];
