/**
 * npm run demo: the example "Invoices to results" on a real n8n with this package, against the sandbox or the real API.
 * npm start (--stay): the same, and the editor stays up until Ctrl-C.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Account, account } from './demo/account';
import { type Backend, chooseBackend } from './demo/backend';
import { DOCUMENTS, EXTEND_NODE, SOURCE_NODE, TABLE_NODE, TRIGGER, documentCount, fillExample } from './demo/example';
import { printTable } from './demo/table';
import { count, watch } from './demo/watch';
import { type Execution, hintsOf, itemsOf } from './n8nClient';
import { cacheFolder, ensureN8n } from './n8nRuntime';
import { N8nServer, OWNER } from './n8nServer';
import { pack } from './pack';
import { isFree } from './support/ports';
import { program } from './support/program';
import { withProgress } from './support/progress';
import { UserError } from './support/userError';

const USUAL_PORT = 5678;
const MORE_INVOICES = 1200;
const SHOWN_ROWS = 10;
/** The node itself waits an hour for results. */
const EXECUTION_TIMEOUT_MS = 65 * 60_000;

const { values } = parseArgs({ options: { stay: { type: 'boolean', default: false } } });

program(async (stack, signal) => {
  const port = await choosePort(values.stay);
  const moreInvoices = wholeNumber('EXTEND_DEMO_INPUTS', MORE_INVOICES);
  const backend = stack.use(await chooseBackend());
  const runtime = await ensureN8n();
  const { file: tarball } = await withProgress('Building and packing n8n-nodes-extend', pack());

  const output = join(cacheFolder(), 'demo');
  await mkdir(output, { recursive: true });
  const env = { N8N_RESTRICT_FILE_ACCESS_TO: `${DOCUMENTS};${output}` };
  const server = stack.use(await N8nServer.create({ runtime, tarball, port, env, editor: values.stay }));
  await withProgress(`Starting n8n ${runtime.version} with the package`, server.start());

  const credential = await server.client.createCredential({ name: 'Extend API', type: 'extendApi', data: backend.credential });
  const tableFile = join(output, 'results.csv');
  const settings = { documentsFolder: DOCUMENTS, documentsUrl: backend.documentsUrl, moreInvoices, tableFile };
  const workflow = await server.client.createWorkflow(fillExample(credential, backend.workflowId, settings));

  const total = documentCount() + moreInvoices;
  console.log(`Running "${workflow.name}": ${count(total, 'document')}, processed by ${backend.title}`);
  if (!backend.documentsUrl) console.log('Real documents cost credits; EXTEND_DEMO_INPUTS=20 sends fewer.');
  const executionId = await server.client.runWorkflow(workflow.id, TRIGGER);
  const over = server.client.waitForExecution(executionId, { timeoutMs: EXECUTION_TIMEOUT_MS, signal });
  const execution = await watch(backend, total, over);
  const code = await report(execution, backend, tableFile);
  if (!values.stay) return code;

  process.exitCode = code;
  console.log(`
The editor:   ${server.url}/workflow/${workflow.id}
Log in with:  ${OWNER.email}  ${OWNER.password}
Ctrl-C ends n8n and the sandbox, and removes their data.`);
  await server.ended;
  throw new UserError('n8n ended by itself.');
});

/** The port that the user demands; else n8n's own one, for an editor that stays, if it is free. */
async function choosePort(stay: boolean): Promise<number | undefined> {
  const demanded = process.env.N8N_PORT ? wholeNumber('N8N_PORT', USUAL_PORT) : undefined;
  if (demanded !== undefined && !(await isFree(demanded))) {
    throw new UserError(`Port ${demanded} (N8N_PORT) is in use by another program: end that program, or choose another port.`);
  }
  if (demanded !== undefined || !stay) return demanded;
  if (await isFree(USUAL_PORT)) return USUAL_PORT;
  console.log(`Port ${USUAL_PORT} is in use by another program, so n8n takes another one.`);
  return undefined;
}

function wholeNumber(name: string, otherwise: number): number {
  const given = process.env[name];
  if (given === undefined || given === '') return otherwise;
  if (!/^\d{1,6}$/.test(given)) throw new UserError(`${name} must be a whole number, not "${given}".`);
  return Number(given);
}

/** Prints what came of the execution, down to the last line. */
async function report(execution: Execution, backend: Backend, tableFile: string): Promise<number> {
  const { error } = execution.data.resultData;
  if (error) console.error(`The execution failed: ${[error.message, error.description].filter(Boolean).join('\n')}`);
  const inputs = itemsOf(execution, SOURCE_NODE);
  const outputs = itemsOf(execution, EXTEND_NODE);
  const known = new Map(outputs.map(({ json }) => [String(json.workflowRunId), (json.source as { itemIndex?: number })?.itemIndex ?? -1]));
  const result = account(inputs, outputs, await backend.runs(execution.id, known));

  for (const [batchId, size] of result.batches) console.log(`${batchId}: ${count(size, 'input')}`);
  for (const hint of hintsOf(execution, EXTEND_NODE)) console.log(hint);
  const rows = itemsOf(execution, TABLE_NODE).map(({ json: { file, invoiceNumber, status, total, item } }) => ({ file, invoiceNumber, status, total, item }));
  printTable(rows.slice(0, SHOWN_ROWS));
  if (rows.length > SHOWN_ROWS) console.log(`... and ${count(rows.length - SHOWN_ROWS, 'more row')}${existsSync(tableFile) ? ` in ${tableFile}` : ''}`);
  for (const problem of result.problems) console.error(problem);
  console.log(lastLine(result, !error));
  return isGood(result) && !error ? 0 : 1;
}

const isGood = ({ inputs, results, lost, doubled, failed, problems }: Account): boolean =>
  inputs > 0 && inputs === results && lost + doubled + failed + problems.length === 0;

function lastLine(result: Account, executed: boolean): string {
  const { inputs, batches, results, lost, doubled, failed } = result;
  const numbers = `${inputs} inputs, ${batches.size} batches, ${results} results, ${lost} lost, ${doubled} doubled`;
  return isGood(result) && executed ? `demo ok: ${numbers}` : `demo failed: ${numbers}, ${failed} failed`;
}
