/** What n8n keeps of a workflow that was chosen from the list, by ID or by its address. */
export interface Locator {
  value?: unknown;
}

const URL_ID = /(?:workflow_(?!run_|version_)|wf_)[A-Za-z0-9_-]+/;

/**
 * The workflow ID of a locator inside a collection, where n8n leaves an address as it was pasted.
 * @param given a locator, or the ID itself from an expression
 * @returns the ID; empty when nothing is chosen
 */
export function workflowIdOf(given: Locator | string | undefined): string {
  const text = String((typeof given === 'object' ? given.value : given) ?? '').trim();
  return /^https?:\/\//.test(text) ? (URL_ID.exec(text)?.[0] ?? text) : text;
}
