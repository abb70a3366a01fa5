/** Runs on a thread of its own. Takes PDF files, answers with the text of each page; without pages when it cannot read them. */
import { parentPort } from 'node:worker_threads';
import { extractText, getDocumentProxy } from 'unpdf';

parentPort.on('message', async ({ id, bytes }) => {
  try {
    // Warnings about odd files would end up in the output of the program that started the sandbox.
    const pdf = await getDocumentProxy(bytes, { verbosity: 0 });
    const { text } = await extractText(pdf);
    await pdf.loadingTask.destroy();
    parentPort.postMessage({ id, pages: text });
  } catch {
    parentPort.postMessage({ id });
  }
});
