import type { INodeProperties } from 'n8n-workflow';
import type { FieldKey } from '../../../extend/intake/problem';
import { runVersionLocator, workflowLocator } from '../../shared/locators';
import { binaryField, fileId, fileSource, fileUrl, packageFiles, text } from '../panel/document';
import { optionsOf } from '../panel/options';

const options = new Map([...optionsOf('batchRun'), ...optionsOf('run')].map(({ field }) => [field.name, field.displayName]));
const option = (name: string): string => options.get(name) ?? name;
const label = ({ displayName }: INodeProperties): string => displayName;

/** What the panel calls each field that can be wrong. */
export const LABELS: Record<FieldKey, string> = {
  item: 'A field',
  target: label(workflowLocator),
  version: label(runVersionLocator),
  priority: option('priority'),
  file: 'File',
  'file.source': label(fileSource([])),
  'file.url': label(fileUrl),
  'file.id': label(fileId),
  'file.text': label(text),
  'file.binary': label(binaryField),
  'file.name': option('fileName'),
  'file.password': option('pdfPassword'),
  package: label(packageFiles),
  metadata: 'Metadata',
  secrets: option('secrets'),
  usageTags: option('usageTags'),
  key: option('deduplicationKey'),
  outputs: option('outputs'),
};
