/** Batch Run in n8n's engine against a server that misbehaves, and the account of every input by the server's ledger. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { binaryOf, runExtend, useBinaryMode } from '../../../harness/engine';
import { credentialOf } from '../../../harness/onSandbox';
import { type FaultRule, type Ledger, type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox';
import { TIMEOUT_MS } from './faultKinds';
import { record, type Tally } from './tally';

export interface Case {
  /** Under this name the case is counted. */
  group: string;
  inputs: number;
  rules: FaultRule[];
  inputsPerBatch?: number;
  /** That many of the first items carry a file, which is uploaded. */
  uploads?: number;
  wait?: boolean;
  /** Seconds. */
  lookForLostSeconds?: number;
  sandbox?: SandboxOptions;
}

export interface Ended {
  tally: Tally;
  /** The items that came out. */
  json: IDataObject[];
  ledger: Ledger;
}

/** A server of its own for each case, so that cases can run at the same time. */
export async function withSandbox<T>(options: SandboxOptions, work: (sandbox: Sandbox) => Promise<T>): Promise<T> {
  await using sandbox = await startSandbox({ runMs: 10, ...options });
  return await work(sandbox);
}

/** Requests wait for minutes; only where a fault keeps one waiting for good they shall not. */
export const timeoutFor = (rules: FaultRule[]): { timeoutMs?: number } =>
  rules.some(({ fault }) => fault.kind === 'timeout') ? { timeoutMs: TIMEOUT_MS } : {};

const storage = useBinaryMode('filesystem');

async function itemsOf({ inputs, uploads = 0 }: Case): Promise<INodeExecutionData[]> {
  await storage;
  const items: INodeExecutionData[] = [];
  for (let n = 0; n < inputs; n++) {
    items.push(n < uploads ? { json: { n }, binary: { data: await binaryOf(Buffer.from(`%PDF-1.4 scan ${n}`), `scan-${n}.pdf`) } } : { json: { n, text: `Invoice ${n}` } });
  }
  return items;
}

/** Runs Batch Run under faults, with Continue On Fail, and settles the account. */
export async function batchRunUnder(given: Case): Promise<Ended> {
  const { group, rules, inputsPerBatch = 1000, wait = false, lookForLostSeconds = 1 } = given;
  return await withSandbox(given.sandbox ?? {}, async (sandbox) => {
    for (const rule of rules) sandbox.fault(rule);
    const { json, error } = await runExtend({
      input: await itemsOf(given),
      credential: credentialOf(sandbox),
      node: { onError: 'continueRegularOutput' },
      ...timeoutFor(rules),
      parameters: {
        resource: 'workflowRun',
        operation: 'batchRun',
        workflow: { __rl: true, mode: 'id', value: sandbox.workflowId },
        fileSource: 'auto',
        text: '={{ $json.text }}',
        output: 'perInput',
        waitForCompletion: wait ? 'poll' : 'off',
        options: { inputsPerBatch, lookForLostSeconds, timeLimitMinutes: 1 },
      },
    });
    expect(error).toBeUndefined();
    const ledger = sandbox.ledger();
    const tally = settle(given.inputs, json, ledger);
    record(group, tally);
    return { tally, json, ledger };
  });
}

interface Details {
  itemIndex?: number;
  status?: string;
  submissionKey?: string;
}

const detailsOf = (json: IDataObject): Details => (json.details ?? {}) as Details;

const itemIndexOf = (json: IDataObject): number => Number(detailsOf(json).itemIndex ?? json.itemIndex ?? (json.source as IDataObject | undefined)?.itemIndex);

/** What an item says of its input. */
const wordOf = (json: IDataObject): string => detailsOf(json).status ?? (json.error === undefined ? 'submitted' : 'failed');

function groupBy<T>(entries: T[], keyOf: (entry: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const entry of entries) {
    const group = groups.get(keyOf(entry));
    if (group) group.push(entry);
    else groups.set(keyOf(entry), [entry]);
  }
  return groups;
}

/** The ledger's runs of each input, beside what the node says of it. */
function settle(inputs: number, output: IDataObject[], { runs }: Ledger): Tally {
  const made = groupBy(runs, ({ metadata }) => (metadata.n8n as { itemIndex: number }).itemIndex);
  const said = groupBy(output, itemIndexOf);
  const tally: Tally = { inputs, submitted: 0, rejected: 0, unknown: 0, lost: 0, doubled: 0 };
  for (let n = 0; n < inputs; n++) {
    const ofInput = made.get(n) ?? [];
    const [answer, ...more] = said.get(n) ?? [];
    const word = answer && more.length === 0 ? wordOf(answer) : 'nothing';
    if (ofInput.length > 1) tally.doubled++;
    else if (word === 'submitted' && ofInput.length === 1) tally.submitted++;
    else if (word === 'unknown' && answer && ofInput.every((run) => isFoundBy(run, detailsOf(answer)))) tally.unknown++;
    else if ((word === 'rejected' || word === 'notSent' || word === 'failed') && ofInput.length === 0) tally.rejected++;
    else tally.lost++;
  }
  // Items and runs that belong to no input are as bad as doubled ones.
  tally.doubled += [...made.keys(), ...said.keys()].filter((n) => !(n >= 0 && n < inputs)).length;
  return tally;
}

const isFoundBy = ({ metadata }: Ledger['runs'][number], { submissionKey }: Details): boolean =>
  submissionKey !== undefined && (metadata.n8n as { submissionKey: string }).submissionKey === submissionKey;

/** What holds whatever happens. */
export const SAFE = { lost: 0, doubled: 0 };
