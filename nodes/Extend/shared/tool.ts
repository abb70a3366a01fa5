import { type IExecuteFunctions, type INodeExecutionData, NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { NodeError } from './errorItems';

/** n8n gives a node that is used as a tool of an AI agent a type of its own. */
export const isTool = (context: IExecuteFunctions): boolean => context.getNode().type.endsWith('Tool');

/**
 * Output that a model can read. n8n hands a model the first output only, an empty text in place of no items, and the message
 * of an error without its description.
 */
export async function forModel(context: IExecuteFunctions, outputs: Promise<INodeExecutionData[][]>): Promise<INodeExecutionData[][]> {
  try {
    const items = (await outputs).flat();
    return [items.length > 0 ? items : [{ json: { result: 'Nothing was found' }, pairedItem: { item: 0 } }]];
  } catch (thrown) {
    const known = thrown instanceof NodeApiError || thrown instanceof NodeOperationError;
    const error = known ? thrown : new NodeOperationError(context.getNode(), thrown as Error);
    error.message = sentencesOf(error);
    // Agents before version 3 call the tool themselves, and what it throws never reaches the model.
    if (context.isToolExecution()) return [[{ json: { error: error.message }, pairedItem: { item: 0 } }]];
    throw error;
  }
}

/** A tool is called with one item, so the number of the item says nothing. */
const sentencesOf = ({ message, description }: NodeError): string =>
  [message.replace(/^Item 0: | \[item 0\]$/, ''), description].filter(Boolean).join('. ');
