/** The section of the README that shows every operation, made by running each of them. */
import stringify from 'json-stringify-pretty-compact';
import type { INodeExecutionData, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { EngineOptions } from '../../harness/engine';
import { onSandbox } from '../../harness/onSandbox';
import { type OperationCall, operationCalls } from '../../harness/operationCalls';
import { properties, resources } from '../../nodes/Extend/actions';
import type { Operation } from '../../nodes/Extend/actions/operation';
import type { Sandbox } from '../../sandbox';

const LINE_WIDTH = 120;

export const BEGIN = '<!-- examples: made by running each operation; npm run readme makes them anew -->';
export const END = '<!-- end of examples -->';

/** Runs every operation on a fresh sandbox and gives the Markdown of all. */
export async function readmeExamples(sandbox: Sandbox): Promise<string> {
  const parts: string[] = [];
  for (const resource of resources) {
    parts.push(`### ${resource.name}`);
    for (const operation of resource.operations) {
      const call = operationCalls.find((one) => one.resource === resource.value && one.operation === operation.value) as OperationCall;
      parts.push(await example(sandbox, operation, call));
    }
  }
  return parts.join('\n\n');
}

async function example(sandbox: Sandbox, { name, description }: Operation, call: OperationCall): Promise<string> {
  sandbox.reset();
  const account = await call.prepare(sandbox);
  const input = await call.input(account);
  const parameters = call.parameters(account);
  const { items, error } = await onSandbox(() => sandbox)(call.resource, call.operation, parameters, input);
  if (error) throw new Error(`${call.title}: ${error.message}`);
  const plain = readable();
  const set = Object.entries(parameters).map(([key, value]) => `${labelOf(call, key)}: \`${plain(shown(call, key, value))}\``);
  // The result of a document that went well tells the most; lists do not come in a certain order.
  const wentWell = items.filter(({ json }) => json.status === 'PROCESSED');
  const out = wentWell.find(({ json }) => json.batchId) ?? wentWell[0] ?? (items[0] as INodeExecutionData);
  const from = [out.pairedItem].flat().map((pair) => input[(pair as { item: number }).item] ?? {});
  const lines = [
    ...from.map(withFiles).filter((item) => Object.keys(item).length > 0).flatMap((item) => ['// in', compact(item)]),
    `// out${items.length > 1 ? `, one of ${items.length}` : ''}`,
    compact(withFiles(out)),
  ];
  return [
    `**${name}.** ${description}.${set.length > 0 ? ` *Set* ${set.join(', ')}.` : ''}`,
    `\`\`\`jsonc\n${plain(lines.join('\n'))}\n\`\`\``,
  ].join('\n\n');
}

const compact = (item: object): string => stringify(item, { maxLength: LINE_WIDTH, indent: 1 });

/** A file is shown by its name, where the item carries one. */
function withFiles(item: EngineOptions['input'][number]): object {
  if (!('json' in item)) return item;
  const { json, binary } = item as INodeExecutionData;
  if (!binary) return json;
  return { ...json, binary: Object.fromEntries(Object.entries(binary).map(([field, { fileName }]) => [field, fileName])) };
}

const fieldOf = ({ resource, operation }: OperationCall, name: string): INodeProperties | undefined =>
  properties.find(
    (field) => field.name === name && field.displayOptions?.show?.resource?.includes(resource) && field.displayOptions.show.operation?.includes(operation),
  );

const labelOf = (call: OperationCall, name: string): string => fieldOf(call, name)?.displayName ?? name;

/** A value as the panel shows it. */
function shown(call: OperationCall, name: string, value: unknown): string {
  if (typeof value === 'object' && value !== null && '__rl' in value) return shown(call, name, (value as unknown as { value: unknown }).value);
  if (typeof value === 'string') {
    const choice = (fieldOf(call, name)?.options as INodePropertyOptions[] | undefined)?.find((option) => option.value === value);
    return choice?.name ?? value.replace(/^=/, '');
  }
  const { values } = value as { values?: Array<{ name: string; value: string }> };
  return values ? values.map((one) => `${one.name} = ${one.value.replace(/^=/, '')}`).join(', ') : JSON.stringify(value);
}

/** The same IDs, times and addresses at every run: the first of its kind gets the number 1. */
function readable(): (text: string) => string {
  const names = new Map<string, string>();
  const numbers = new Map<string, number>();
  const stand = (found: string, prefix: string): string => {
    const known = names.get(found);
    if (known) return known;
    const number = (numbers.get(prefix) ?? 0) + 1;
    numbers.set(prefix, number);
    names.set(found, `${prefix}_${number}`);
    return `${prefix}_${number}`;
  };
  return (text) =>
    text
      .replace(/http:\/\/127\.0\.0\.1:\d+\/_sandbox\/documents/g, 'https://example.com')
      .replace(/http:\/\/127\.0\.0\.1:\d+\/[^"\s]*/g, 'https://storage.example.com/presigned')
      .replace(/\b(workflow_run|workflow_version|workflow|batch|file|pr)_[0-9a-f]{12,}\d*/g, (found, prefix: string) => stand(found, prefix))
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '0a4f9c1e-…')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-11-25T02:00:00.000Z');
}
