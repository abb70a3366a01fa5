import { workflow } from '../../../../extend/kinds/workflow';
import { batchOf } from '../../../../extend/submission/submitters';
import { batchRunFields } from '../../panel/starters';
import { jobOf } from '../../pipeline/job';
import { runPipeline } from '../../pipeline/run';
import type { Operation } from '../operation';

export const batchRun: Operation = {
  value: 'batchRun',
  name: 'Batch Run',
  action: 'Batch run workflow',
  description: 'Run a workflow on all incoming items, in batches of up to 1000 documents',
  fields: batchRunFields,
  execute: async (context, client) => [await runPipeline(jobOf(context, client, 'batchRun', batchOf(workflow)))],
};
