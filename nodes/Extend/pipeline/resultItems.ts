import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { JsonObject, Run } from '../../../extend/api/types';
import type { RunKind } from '../../../extend/kinds/kind';
import type { ResultRow } from '../../../extend/results/rows';

export interface ResultOptions {
  simplify: boolean;
  includeConfidence?: boolean;
}

/** A run as it stands on an item, whichever operation returns it. */
export const resultOf = (kind: RunKind, run: Run, { simplify, includeConfidence = false }: ResultOptions): JsonObject =>
  simplify ? kind.simplify(run, includeConfidence) : { ...run };

type Pairing = { item: number } | Array<{ item: number }>;

/** Runs that fit no input are paired with every input of their batch, all of them with the same list. */
const pairings = new WeakMap<number[], Pairing>();

function pairedWith(items: number[]): Pairing {
  if (items.length === 1) return { item: items[0] as number };
  const known = pairings.get(items) ?? items.map((item) => ({ item }));
  pairings.set(items, known);
  return known;
}

/**
 * An item of the output.
 * @param includeInputData adds the data of the input item, where there is exactly one
 */
export function toItem(context: IExecuteFunctions, { items, json }: ResultRow, includeInputData = false): INodeExecutionData {
  const [only, ...others] = items;
  const input = includeInputData && only !== undefined && others.length === 0 ? { input: context.getInputData()[only]?.json ?? {} } : {};
  return { json: { ...json, ...input } as IDataObject, pairedItem: pairedWith(items) };
}
