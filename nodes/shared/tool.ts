import { type IExecuteFunctions, type INodeExecutionData, NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { NodeError } from './errorItems';

/** n8n gives a node that is used as a tool of an AI agent a type of its own. */
export const isTool = (context: IExecuteFunctions): boolean => context.getNode().type.endsWith('Tool');

/**
 * Output that a model can read. n8n hands a model the first output only, and an empty text in place of no items. Of an error
 * that a tool throws, the model gets the message alone, or nothing from agents before version 3, or older versions of n8n
 * end the workflow by it: so an error is an answer like any other, unless the builder wants the workflow to stop.
 */
export async function forModel(context: IExecuteFunctions, outputs: Promise<INodeExecutionData[][]>): Promise<INodeExecutionData[][]> {
  const node = context.getNode();
  try {
    const items = (await outputs).flat();
    return [items.length > 0 ? items : [{ json: { result: 'Nothing was found' }, pairedItem: { item: 0 } }]];
  } catch (thrown) {
    const error = thrown instanceof NodeApiError || thrown instanceof NodeOperationError ? thrown : new NodeOperationError(node, thrown as Error);
    if (node.onError === 'stopWorkflow') throw error;
    return [[{ json: { error: sentencesOf(error) }, pairedItem: { item: 0 } }]];
  }
}

/** A tool is called with one item, so the number of the item says nothing. */
const sentencesOf = ({ message, description }: NodeError): string =>
  [message.replace(/ \[item 0\]$/, ''), description].filter(Boolean).join('. ');
