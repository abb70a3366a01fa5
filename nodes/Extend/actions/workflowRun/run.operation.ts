import { workflow } from '../../../../extend/kinds/workflow';
import { singleOf } from '../../../../extend/submission/submitters';
import { runFields } from '../../panel/starters';
import { jobOf } from '../../pipeline/job';
import { runPipeline } from '../../pipeline/run';
import type { Operation } from '../operation';

export const run: Operation = {
  value: 'run',
  name: 'Run',
  action: 'Run workflow',
  description: 'Run a workflow on the document, or package of files, of each item',
  fields: runFields,
  execute: async (context, client) => [await runPipeline(jobOf(context, client, 'run', singleOf(workflow)))],
};
