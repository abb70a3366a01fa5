import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { properties, resources } from '../../nodes/Extend/actions';
import { triggerFields } from '../../nodes/ExtendTrigger/fields';

const ACTIONS = join(__dirname, '../../nodes/Extend/actions');

/** Every field of a panel, those inside collections included. */
const allFields = (fields: INodeProperties[]): INodeProperties[] =>
  fields.flatMap((field) => [
    field,
    ...((field.options ?? []) as Array<INodeProperties & { values?: INodeProperties[] }>).flatMap((option) =>
      option.values ? allFields(option.values) : 'displayName' in option && 'type' in option ? allFields([option]) : [],
    ),
  ]);

const operations = resources.flatMap((resource) => resource.operations.map((operation) => ({ resource, operation, title: `${resource.name}: ${operation.name}` })));

describe.each(operations)('$title', ({ resource, operation }) => {
  it('is a file of its own', () => {
    const files = readdirSync(join(ACTIONS, resource.value));
    expect(files).toContain(`${operation.value}.operation.ts`);
  });

  it('has an action and a description in the form of n8n', () => {
    expect(operation.action).toMatch(/^[A-Z][a-z]+( [a-z]+)+$/);
    expect(operation.action).not.toMatch(/ (a|an|the) /);
    expect(operation.description).toMatch(/^[A-Z].*[^.]$/);
  });
});

describe('the panels', () => {
  it.each(['Extend', 'Extend Trigger'])('of %s have labels, placeholders and descriptions in the form of n8n', (node) => {
    for (const field of allFields(node === 'Extend' ? properties : triggerFields)) {
      if (field.type !== 'notice') expect(field.displayName).toMatch(/^[A-Z]/);
      const placeholder = field.placeholder ?? '';
      const adds = field.type === 'collection' || field.type === 'fixedCollection';
      if (placeholder !== '') expect([field.name, placeholder]).toEqual([field.name, expect.stringMatching(adds ? /^Add [A-Z]/ : /^e\.g\. /)]);
      if (field.type === 'boolean') expect([field.name, field.description]).toEqual([field.name, expect.stringMatching(/^Whether /)]);
    }
  });

  it('offer operations and choices in the order of their labels', () => {
    for (const { operations: own } of resources) {
      const names = own.map(({ name }) => name);
      expect(names).toEqual([...names].sort());
    }
    for (const field of allFields(properties).filter(({ type, name }) => type === 'options' && name !== 'metadataMode' && name !== 'waitForCompletion')) {
      const names = (field.options as INodePropertyOptions[]).map(({ name }) => name);
      expect([field.name, names]).toEqual([field.name, [...names].sort()]);
    }
  });

  it('name each field of an operation once, but for fields that depend on another', () => {
    for (const { operation } of operations) {
      const names = operation.fields.filter(({ displayOptions }) => !displayOptions).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('are found in the nodes panel: a codex file beside the node, with categories that show', () => {
    for (const node of ['Extend', 'ExtendTrigger']) {
      const { categories } = JSON.parse(readFileSync(join(__dirname, `../../nodes/${node}/${node}.node.json`), 'utf8')) as { categories: string[] };
      // n8n's nodes panel hides what is in this category and is no part of an agent.
      expect(categories).not.toContain('AI');
    }
  });
});
