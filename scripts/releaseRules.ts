import type { Check } from './support/checks';

/** What belongs to a release, from the texts of its files. */
export interface ReleaseFiles {
  version: string;
  /** What package-lock.json says. */
  lockedVersion: string;
  changelog: string;
  /** Name of the tag that releases it; absent before there is one. */
  tag?: string;
}

const SEMVER = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/** What the changelog says about a version: the text below its heading; undefined without such a heading. */
export function changelogEntry(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  // A heading may go on with a date.
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version);
  return section === undefined ? undefined : section.slice(section.indexOf('\n') + 1).trim();
}

/** What is wrong with a release; each rule counts as a check of its own. */
export function checkRelease({ version, lockedVersion, changelog, tag }: ReleaseFiles): Check[] {
  const entry = changelogEntry(changelog, version);
  const problem = (broken: boolean, text: string): string[] => (broken ? [text] : []);
  return [
    { rule: 'has a semantic version', problems: problem(!SEMVER.test(version), `package.json says ${version}`) },
    { rule: 'has one version everywhere', problems: problem(lockedVersion !== version, `package-lock.json says ${lockedVersion}, package.json ${version}`) },
    {
      rule: 'is in the changelog',
      problems: [
        ...problem(entry === undefined, `CHANGELOG.md has no heading "## ${version}"`),
        ...problem(entry === '', `CHANGELOG.md says nothing about ${version}`),
      ],
    },
    { rule: 'has the tag of its version', problems: problem(tag !== undefined && tag !== `v${version}`, `the tag is ${tag}, the version ${version}`) },
  ];
}
