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
import { runByTrigger } from './demo/byTrigger';
import { DOCUMENTS, EXTEND_NODE, type ExampleSettings, SOURCE_NODE, TABLE_NODE, TRIGGER, documentCount, fillExample } from '../harness/example';
import { printTable } from './demo/table';
import { count, watch } from './demo/watch';
import { type CredentialRef, type Execution, hintsOf, itemsOf } from '../harness/n8nClient';
import { ensureN8n } from '../harness/n8nRuntime';
import { N8nServer, OWNER } from '../harness/n8nServer';
import { pack } from '../harness/pack';
import { cacheFolder } from '../harness/cache';
import { isFree } from '../harness/ports';
import { program } from './support/program';
import { withProgress } from '../harness/progress';
import { UserError } from '../harness/userError';

const USUAL_PORT = 5678;
const MORE_INVOICES = 1200;
/** n8n starts an execution for each event, some ten per second on a small machine. */
const MORE_BY_TRIGGER = 194;
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
  const polled = await report(execution, backend, tableFile);
  const received = backend.canPostHere ? await runSecondForm(server, credential, backend, settings) : undefined;
  if (!received) console.log('The form with Extend Trigger is left out: Extend cannot post events to this machine.');
  const code = conclude(polled, received);
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

/** Prints what came of the execution and settles the account of its inputs. */
async function report(execution: Execution, backend: Backend, tableFile: string): Promise<Account> {
  const { error } = execution.data.resultData;
  const inputs = itemsOf(execution, SOURCE_NODE);
  const outputs = itemsOf(execution, EXTEND_NODE);
  const known = new Map(outputs.map(({ json }) => [String(json.workflowRunId), (json.source as { itemIndex?: number })?.itemIndex ?? -1]));
  const result = account(inputs, outputs, await backend.runs(execution.id, known));
  if (error) result.problems.push(`The execution failed: ${[error.message, error.description].filter(Boolean).join(' ')}`);

  for (const [batchId, size] of result.batches) console.log(`${batchId}: ${count(size, 'input')}`);
  for (const hint of hintsOf(execution, EXTEND_NODE)) console.log(hint);
  const rows = itemsOf(execution, TABLE_NODE).map(({ json: { file, invoiceNumber, status, total, item } }) => ({ file, invoiceNumber, status, total, item }));
  printTable(rows.slice(0, SHOWN_ROWS));
  if (rows.length > SHOWN_ROWS) console.log(`... and ${count(rows.length - SHOWN_ROWS, 'more row')}${existsSync(tableFile) ? ` in ${tableFile}` : ''}`);
  return result;
}

/** The same with two workflows: one submits, the other receives each result through Extend Trigger. */
async function runSecondForm(server: N8nServer, credential: CredentialRef, backend: Backend, settings: ExampleSettings): Promise<Account> {
  const moreInvoices = Math.min(settings.moreInvoices, MORE_BY_TRIGGER);
  console.log(`Running "Submit invoices" and "Receive results": ${count(documentCount() + moreInvoices, 'document')}, each result by webhook`);
  const show = (received: number, expected: number) => console.log(`${received.toLocaleString('en-US')} of ${count(expected, 'result')} received`);
  const { submission, inputs, results } = await runByTrigger(server.client, credential, backend.workflowId, { ...settings, moreInvoices }, show);
  const result = account(inputs, results, await backend.runs(submission.id, new Map()));
  for (const [batchId, size] of result.batches) console.log(`${batchId}: ${count(size, 'input')}`);
  return result;
}

/** Prints what is wrong, and the last line, which counts both forms. */
function conclude(...accounts: Array<Account | undefined>): number {
  const all = accounts.filter((one): one is Account => one !== undefined);
  for (const problem of all.flatMap(({ problems }) => problems)) console.error(problem);
  const sum = (of: (one: Account) => number) => all.reduce((total, one) => total + of(one), 0);
  const numbers = `${sum(({ inputs }) => inputs)} inputs, ${sum(({ batches }) => batches.size)} batches, ${sum(({ results }) => results)} results, ${sum(({ lost }) => lost)} lost, ${sum(({ doubled }) => doubled)} doubled`;
  const good = all.every(isGood);
  console.log(good ? `demo ok: ${numbers}` : `demo failed: ${numbers}, ${sum(({ failed }) => failed)} failed`);
  return good ? 0 : 1;
}

const isGood = ({ inputs, results, lost, doubled, failed, problems }: Account): boolean =>
  inputs > 0 && inputs === results && lost + doubled + failed + problems.length === 0;
