import { editorExpression } from '../../shared/editorExpression';
import type { Resource } from './operation';

/** What the canvas depends on. */
interface Panel {
  resource?: string;
  operation?: string;
  options?: { separateRunning?: boolean };
}

/** The line below the name of a node on the canvas, such as "Batch Run: Workflow Run": labels in place of values. */
export function subtitleOf({ resource, operation }: Panel, labels: Record<string, string>): string | undefined {
  return labels[`${operation}:${resource}`];
}

/** Get Batch Results has a second output for batches that are not done. */
export function outputsOf({ operation, options }: Panel): Array<string | { type: string; displayName: string }> {
  if (operation !== 'getBatchResults' || !options?.separateRunning) return ['main'];
  return [
    { type: 'main', displayName: 'Done' },
    { type: 'main', displayName: 'Still Running' },
  ];
}

export const outputs = editorExpression(outputsOf);

export const subtitleFor = (resources: Resource[]): string => {
  const labels = resources.flatMap(({ value: resource, name, operations }) =>
    operations.map((operation) => [`${operation.value}:${resource}`, `${operation.name}: ${name}`] as const),
  );
  return editorExpression(subtitleOf, Object.fromEntries(labels));
};
