import { UnrecognizedNodeTypeError } from 'n8n-core';
import { type IDataObject, type IExecuteFunctions, type INodeType, type INodeTypes, NodeConnectionTypes, NodeHelpers } from 'n8n-workflow';
// With its extension: a loader may take the codex file beside it, Extend.node.json, instead.
import { Extend } from '../../nodes/Extend/Extend.node.ts';
import { ExtendTrigger } from '../../nodes/ExtendTrigger/ExtendTrigger.node.ts';
import { perItemParameter } from '../../nodes/shared/fastParameters';

/** Emits the items a test starts with; n8n's own manual trigger emits one empty item of its own. */
const start: INodeType = {
  description: {
    displayName: 'Start',
    name: 'start',
    group: ['trigger'],
    version: 1,
    description: '',
    defaults: { name: 'Start' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    properties: [],
  },
  async execute(this: IExecuteFunctions) {
    return [this.getInputData()];
  },
};

/** Looks back from each item: `$('Start').item` works only where the pairing of items is right. */
const lookBack: INodeType = {
  description: {
    ...start.description,
    displayName: 'Look Back',
    name: 'lookBack',
    group: ['transform'],
    inputs: [NodeConnectionTypes.Main],
    properties: [{ displayName: 'Origin', name: 'origin', type: 'string', default: '' }],
  },
  async execute(this: IExecuteFunctions) {
    return [
      this.getInputData().map((item, i) => ({
        json: { ...item.json, origin: this.getNodeParameter('origin', i) as string },
        pairedItem: { item: i },
      })),
    ];
  },
};

/** Reads a parameter both ways, ours and n8n's, for every item. */
const compare: INodeType = {
  description: {
    ...lookBack.description,
    displayName: 'Compare',
    name: 'compare',
    properties: [{ displayName: 'Value', name: 'value', type: 'json', default: '' }],
  },
  async execute(this: IExecuteFunctions) {
    const attempt = (read: () => unknown) => {
      try {
        return { value: read() };
      } catch (error) {
        return { error: (error as Error).message };
      }
    };
    const ours = perItemParameter<unknown>(this, 'value', 'fallback');
    return [
      this.getInputData().map((_, item) => ({
        json: {
          ours: attempt(() => ours(item)),
          theirs: attempt(() => this.getNodeParameter('value', item, 'fallback')),
        } as unknown as IDataObject,
        pairedItem: { item },
      })),
    ];
  },
};

const NODE_TYPES: Record<string, INodeType> = {
  'test.start': start,
  'test.lookBack': lookBack,
  'test.compare': compare,
  'n8n-nodes-extend.extend': new Extend(),
  'n8n-nodes-extend.extendTrigger': new ExtendTrigger(),
};

/** Under this name a run has a node type of its own. */
export const GIVEN = 'test.given';

/** The node types of this harness, and one that is given. */
export function nodeTypesWith(given?: INodeType): INodeTypes {
  const find = (type: string): INodeType => {
    const found = type === GIVEN ? given : NODE_TYPES[type];
    if (!found) throw new UnrecognizedNodeTypeError(...(type.split('.') as [string, string]));
    return found;
  };
  return {
    getByName: find,
    getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(find(type), version),
    getKnownTypes: () => ({}),
  };
}
