import { call, operationCalls } from '../../harness/operationCalls';
import { resources } from '../../nodes/Extend/actions';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const nameOf = ({ resource, operation }: { resource: string; operation: string }) => `${resource}: ${operation}`;

it('there is one call of every operation', () => {
  const operations = resources.flatMap(({ value, operations: own }) => own.map((operation) => nameOf({ resource: value, operation: operation.value })));
  expect(operationCalls.map(nameOf).sort()).toEqual(operations.sort());
});

it.each(operationCalls)('$title ($resource: $operation) works', async (one) => {
  const { error, json } = await call(one, sandbox);
  expect(error).toBeUndefined();
  expect(json.length).toBeGreaterThan(0);
  expect(json.filter((item) => 'error' in item)).toEqual([]);
});
