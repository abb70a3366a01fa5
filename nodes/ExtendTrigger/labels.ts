import { EVENTS } from '../../extend/webhook/events';

const LABELS = JSON.stringify(Object.fromEntries(EVENTS.map(({ type, label }) => [type, label])));

/**
 * The chosen events as [group, name] pairs, such as ["Workflow Run", "Completed"]. Runs in the editor, where the
 * code of a node cannot be called.
 */
const CHOSEN = `((labels) => ($parameter["events"] ?? []).map((event) => (labels[event] ?? event).split(": ")))(${LABELS})`;

/** The line below the name of the trigger on the canvas: "Workflow Run: Completed, Failed", or how many kinds of events. */
export const subtitle = `={{ ((chosen) => {
  const [group] = chosen[0] ?? [];
  const alike = chosen.every(([other]) => other === group);
  return alike ? [group, chosen.map(([, name]) => name).join(', ')].filter(Boolean).join(': ') : chosen.length + ' events';
})(${CHOSEN}) }}`;

/** One output, or one per chosen event with the shortest name that tells it from the others. */
export const outputs = `={{ ((chosen, separate) => {
  if (!separate || chosen.length < 2) return ['main'];
  const names = chosen.map((label) => label.at(-1));
  const short = new Set(names).size === names.length;
  return chosen.map((label) => ({ type: 'main', displayName: short ? label.at(-1) : label.join(': ') }));
})(${CHOSEN}, $parameter["options"]?.["separateOutputs"]) }}` as const;
