import { join } from 'node:path';
import { itemsOf } from '../../../harness/n8nClient';
import type { Stage } from '../../support/n8nStage';
import { EXAMPLES, linesOf, rowsOf, runExample } from './run';

/** Where documents come from. */
export function sources(stage: () => Stage): void {
  it('rows of a spreadsheet get what was read of their documents, or why there is nothing', async () => {
    const tableFile = join(stage().server.folder, 'checked.csv');
    const execution = await runExample(stage(), 'spreadsheet-rows.json', { spreadsheetFile: join(EXAMPLES, 'invoices.csv'), documentsUrl: `${stage().sandbox.url}/_sandbox/documents`, tableFile });
    const rows = rowsOf(execution, 'Results').map(({ invoice, supplier, status, total, matches }) => [invoice, supplier, status, total, matches]);
    expect(rows.sort()).toEqual([
      ['INV-50001', 'Acme Tools', 'PROCESSED', 1249, true],
      ['INV-50002', 'Bright Paper', 'PROCESSED', 88.4, true],
      ['INV-50003', 'Cobalt Freight', 'PROCESSED', 3210.75, false],
      ['INV-50004', 'Dune Catering', 'NOT_SENT', null, false],
      ['INV-50005', 'Elm Security', 'FAILED', null, false],
      ['INV-50006', 'Acme Tools', 'PROCESSED', 47.1, true],
    ]);
    const [names, ...lines] = linesOf(tableFile);
    expect(names).toMatch(/invoice,supplier,status,expected,total,matches,reason$/);
    expect(lines.find((line) => line.startsWith('INV-50004'))).toMatch(/NOT_SENT,410,,FALSE,.*File URL is empty/);
    expect(lines.find((line) => line.startsWith('INV-50005'))).toMatch(/FAILED,615\.2,,FALSE,The file could not be downloaded/);
    expect(stage().sandbox.ledger().runs).toHaveLength(5);
  }, 120_000);

  it('every attachment of an email becomes a document, with sender and subject on its result', async () => {
    const execution = await runExample(stage(), 'email-attachments.json', { fileEndings: 'PDF, txt', emails: 3 });
    const rows = rowsOf(execution, 'Results').map(({ sender, subject, attachment, status, invoiceNumber, total }) => [sender, subject, attachment, status, invoiceNumber, total]);
    const row = (sender: string, part: number, n: number) => {
      const invoiceNumber = `INV-${60000 + (part - 1) * 10 + n}`;
      return [sender, `Invoices, part ${part}`, `${invoiceNumber}.txt`, 'PROCESSED', invoiceNumber, Number(`${part}${n}.5`)];
    };
    const [anna, bright, cobalt] = ['anna@acme-tools.example', 'billing@bright-paper.example', 'office@cobalt-freight.example'] as const;
    expect(rows).toEqual([row(anna, 1, 1), row(anna, 1, 2), row(bright, 2, 1), row(bright, 2, 2), row(bright, 2, 3), row(cobalt, 3, 1), row(cobalt, 3, 2)]);
    const { batches, files } = stage().sandbox.ledger();
    expect(batches.map(({ inputCount }) => inputCount)).toEqual([7]);
    expect(files.map(({ name }) => name)).not.toContain('logo.png');
  }, 120_000);

  it('a folder goes out in batches; what cannot be submitted has a table of its own', async () => {
    const [submittedFile, notSubmittedFile] = ['submitted.csv', 'not-submitted.csv'].map((name) => join(stage().server.folder, name)) as [string, string];
    const values = { storageUrl: 'https://storage.example.com/invoices', prefix: 'inbox/', objects: 1105, maximumInputs: 1094, submittedFile, notSubmittedFile };
    await runExample(stage(), 'folder-to-batches.json', values);
    const { batches } = stage().sandbox.ledger();
    expect(batches.map(({ inputCount }) => inputCount).sort()).toEqual([1000, 94]);
    const submitted = linesOf(submittedFile).slice(1).map((line) => line.split(','));
    expect(new Set(submitted.map(([key]) => key)).size).toBe(1094);
    expect(new Set(submitted.map(([, batchId]) => batchId))).toEqual(new Set(batches.map(({ batchId }) => batchId)));
    const notSubmitted = linesOf(notSubmittedFile).slice(1);
    expect(notSubmitted).toHaveLength(11);
    expect(notSubmitted[0]).toMatch(/^inbox\/INV-70100\.pdf,GLACIER,.*File URL is empty/);

    // One document more than the user allows: nothing is sent, and every object says why.
    const refused = await runExample(stage(), 'folder-to-batches.json', { ...values, maximumInputs: 1093 });
    expect(stage().sandbox.ledger().batches).toHaveLength(2);
    expect(itemsOf(refused, 'Submitted')).toEqual([]);
    const why = rowsOf(refused, 'Not Submitted');
    expect(new Set(why.map(({ key }) => key)).size).toBe(1105);
    expect(why.every(({ error, whatToDo }) => error === '1,094 inputs, but Maximum Inputs is 1,093' && String(whatToDo).startsWith('Nothing was sent.'))).toBe(true);
  }, 120_000);
}
