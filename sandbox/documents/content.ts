import { cutPdf, pageCountOf } from './pdf';
import { hashOf, textsIn } from './pdfText';

/** What a document says. */
export interface Content {
  /** Its name or address, and all of its text: values, and how a run ends, are found in it. */
  text: string;
  /** The text of each page, as far as the sandbox can read it. */
  pages: string[];
  /** A file with some of its pages, the first of which is 1. */
  cut(from: number, to: number): Promise<Buffer>;
}

/** Begins a page of a text, and a part of any document: `--- Invoice INV-1 ---`, its type and its identifier. */
export const HEADING = /^--- *([A-Za-z]\w*) +(\S.*?) *---\r?$/m;

/** Text has as many pages as it has headings. */
export function textContent(text: string, name = ''): Content {
  const pages = text.split(new RegExp(`(?=${HEADING.source.replaceAll(/\((?!\?)/g, '(?:')})`, 'm')).filter((page) => page.trim() !== '');
  if (pages.length === 0) pages.push(text);
  return { text: name ? `${name}\n${text}` : text, pages, cut: async (from, to) => Buffer.from(pages.slice(from - 1, to).join('')) };
}

/** Of other documents only the name is understood. */
export const opaqueContent = (name: string, source: () => Promise<Buffer>): Content => ({ text: name, pages: [''], cut: source });

/**
 * A PDF, page by page.
 * @param source reads its bytes, anew each time, so that they need not stay in memory
 */
export async function pdfContent(name: string, source: () => Promise<Buffer>, sha256?: string): Promise<Content> {
  const texts = await textsIn(source, sha256 ?? hashOf(await source()));
  const pages = texts ?? new Array<string>(await source().then(pageCountOf, () => 1)).fill('');
  return { text: [name, ...pages].join('\n').trim(), pages, cut: async (from, to) => await cutPdf(await source(), from, to) };
}

/** Several documents as one. */
export function joined(contents: Content[]): Content {
  const [first, ...more] = contents as [Content, ...Content[]];
  return more.reduce(
    (before, after): Content => ({
      text: `${before.text}\n${after.text}`,
      pages: [...before.pages, ...after.pages],
      cut: async (from, to) => {
        const { length } = before.pages;
        return from > length ? await after.cut(from - length, to - length) : await before.cut(from, Math.min(to, length));
      },
    }),
    first,
  );
}
