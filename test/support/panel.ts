import { displayParameter, type INodeParameters, type INodeProperties } from 'n8n-workflow';
import type { Operation } from '../../nodes/Extend/actions/operation';

const NODE = { typeVersion: 1 };

/** Values of a panel that nobody has touched, with some that somebody has chosen. */
export function valuesOf(fields: INodeProperties[], chosen: INodeParameters = {}): INodeParameters {
  const defaults = [...fields].reverse().map(({ name, default: value }) => [name, value]);
  return { ...(Object.fromEntries(defaults) as INodeParameters), ...chosen };
}

/** Fields that a panel with these values must show, and no others. */
export const shownFields = (fields: INodeProperties[], values: INodeParameters): INodeProperties[] =>
  fields.filter((field) => field.type !== 'hidden' && displayParameter(values, field, NODE, null));

/** Entries that a collection must offer while none of them is added. */
export const offeredOptions = ({ options = [] }: INodeProperties, values: INodeParameters): INodeProperties[] =>
  (options as INodeProperties[]).filter((option) => displayParameter({}, option, NODE, null, values));

/** Fields on which it depends what else the panel shows, with all that can be chosen for each. */
export function controlsOf({ fields }: Operation): Array<{ field: INodeProperties; choices: Array<string | boolean> }> {
  const inCollections = fields.flatMap(({ type, options }) => (type === 'collection' ? (options as INodeProperties[]) : []));
  const conditions = [...fields, ...inCollections].flatMap(({ displayOptions }) => [displayOptions?.show, displayOptions?.hide]);
  const names = new Set(conditions.flatMap((condition) => Object.keys(condition ?? {})).map((name) => name.replace(/^\//, '')));
  return fields
    .filter(({ name }) => names.has(name))
    .map((field) => ({
      field,
      choices: field.type === 'boolean' ? [!field.default] : (field.options ?? []).map((option) => (option as { value: string }).value),
    }));
}

/** The label of a choice. */
export const labelOf = ({ options = [] }: INodeProperties, choice: string | boolean): string =>
  options.find((option) => 'value' in option && option.value === choice)?.name ?? '';

/** Whether the editor must point out that a field is still empty. */
export function isMissing({ required, default: value }: INodeProperties): boolean {
  const given = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  return required === true && given === '';
}
