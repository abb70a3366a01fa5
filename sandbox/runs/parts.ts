import type { Extend } from 'extend-ai';
import { type Content, HEADING } from '../documents/content';
import { newId } from '../ids';
import type { State, StoredRun } from '../state';

/** What a step works on: the documents of the run, or a part that a split made of them. */
export interface Subject {
  /** Tells the runs of one step apart in their IDs; empty for the whole. */
  key: string;
  files: Extend.FileSummary[];
  content: Content;
}

export interface Part extends Subject {
  split: Extend.SplitOutputSplitsItem;
}

type Range = Pick<Extend.SplitOutputSplitsItem, 'classificationId' | 'type' | 'identifier' | 'startPage' | 'endPage'>;

/**
 * The parts that a splitter finds, each with a file of its own.
 * A page with a heading such as `--- Invoice INV-1 ---` begins a part of the type `invoice`; a splitter with types of its own
 * sees only headings of these. Pages before the first heading are of the type `other`. Without any heading each page is a part.
 */
export function partsOf(state: State, run: StoredRun, subject: Subject, index: number, config?: Extend.SplitStepDefinitionConfig): Part[] {
  const types = config?.splitterConfig?.splitClassifications;
  const given = run.outputs.get(config?.splitter?.id ?? '');
  const ranges = given && 'splits' in given ? given.splits.map((split) => ({ ...split, identifier: nameOf(split) })) : find(subject.content.pages, types);
  return ranges.map((range, n) => part(state, run, subject, { ...range, id: `split_${run.id.slice('workflow_run_'.length)}${subject.key}${index}p${n}` }, `s${index}p${n}`));
}

const nameOf = ({ type, startPage, endPage }: { type: string; startPage: number; endPage: number }): string => `${type}_${startPage}_${endPage}`;

function find(pages: string[], types: Extend.SplitClassification[] | undefined): Range[] {
  const headings = pages.flatMap((text, i) => {
    const [, type = '', identifier = ''] = HEADING.exec(text) ?? [];
    const known = types === undefined ? type !== '' : types.some((one) => one.type === type.toLowerCase());
    return known ? [{ type: type.toLowerCase(), identifier, startPage: i + 1 }] : [];
  });
  if (headings.length === 0) headings.push(...pages.map((_, i) => ({ type: types?.[0]?.type ?? 'invoice', identifier: '', startPage: i + 1 })));
  const [first] = headings;
  if (first && first.startPage > 1) headings.unshift({ type: 'other', identifier: '', startPage: 1 });
  return headings.map(({ type, identifier, startPage }, i) => {
    const endPage = (headings[i + 1]?.startPage ?? pages.length + 1) - 1;
    const classificationId = types?.find((one) => one.type === type)?.id ?? `cls_${type}`;
    return { classificationId, type, identifier: identifier || nameOf({ type, startPage, endPage }), startPage, endPage };
  });
}

function part(state: State, run: StoredRun, { key, files, content }: Subject, range: Range & { id: string }, suffix: string): Part {
  const { id, type, identifier, startPage, endPage } = range;
  const parent = files[0] as Extend.FileSummary;
  const pages = content.pages.slice(startPage - 1, endPage);
  const name = parent.name.replace(/(\.\w+)?$/, `_${startPage}-${endPage}$1`);
  const createdAt = new Date(run.endsAt).toISOString();
  const summary: Extend.FileSummary = {
    object: 'file',
    id: newId('file'),
    name,
    type: parent.type,
    parentFileId: parent.id,
    metadata: { pageCount: pages.length, parentSplit: { id, type, identifier, startPage, endPage } },
    createdAt,
    updatedAt: createdAt,
  };
  const own: Content = {
    text: pages.join('\n').trim() || name,
    pages,
    cut: async (from, to) => await content.cut(startPage + from - 1, startPage + to - 1),
  };
  state.parts.set(summary.id, { summary, content: own });
  const observation = `Pages ${startPage} to ${endPage} are of the type ${type}`;
  return { key: `${key}${suffix}`, files: [summary], content: own, split: { ...range, observation, fileId: summary.id } };
}
