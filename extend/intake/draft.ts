import type { FileInput, JsonObject, WorkflowReference } from '../api/types';

/** A file of the n8n item, as far as it is known before it is read. */
export interface BinaryFile {
  /** Names the stored bytes when n8n keeps them outside the item; absent when they are in it. */
  id?: string;
  /** The bytes in base64, when n8n keeps them in the item. */
  data?: string;
  fileName?: string;
  mimeType?: string;
}

/** The document of a draft, exactly as the parameters of its item gave it. */
export type DraftFile =
  | { source: 'url'; url: unknown; name?: unknown; password?: unknown }
  | { source: 'binary'; property: unknown; binary?: BinaryFile; available: string[]; name?: unknown; password?: unknown }
  | { source: 'fileId'; id: unknown }
  | { source: 'text'; text: unknown; name?: unknown }
  /** An item that may use any source, and fills in none or more than one. */
  | { source: 'several'; filled: string[] }
  | { source: 'unknown'; given: unknown };

/** One input as the node's parameters describe it, not yet checked. */
export interface Draft {
  itemIndex: number;
  /** Why the item could not even be read; the rest says nothing then. */
  unreadable?: string;
  workflowId: unknown;
  /** `draft`, a number, or absent for the latest deployed version. */
  version?: unknown;
  priority?: unknown;
  file: DraftFile;
  metadata?: DraftMetadata;
  usageTags?: unknown;
  secrets?: MetadataField[];
  /** Whether a key is asked for, by which an earlier submission of the document is recognised. */
  hasKey?: boolean;
  key?: unknown;
}

/** Metadata as name/value pairs, or as an object or its JSON text. */
export type DraftMetadata = { kind: 'fields'; fields: MetadataField[] } | { kind: 'json'; json: unknown };

export interface MetadataField {
  name: unknown;
  value: unknown;
}

/** A file that must be uploaded before its input can be submitted. */
export interface Upload {
  binary: BinaryFile;
  name: string;
  password?: string;
  convertToPdf?: boolean;
}

/** A checked input, ready to be planned. */
export interface CheckedInput {
  itemIndex: number;
  workflow: WorkflowReference;
  priority?: number;
  /** What Extend gets; an upload becomes a file id first. */
  file: FileInput | { upload: Upload };
  metadata?: JsonObject;
  secrets?: JsonObject;
  /** By which an earlier submission of the document is recognised. */
  key?: string;
}

/** Why an input cannot be submitted, in the words of the node's panel. */
export interface Problem {
  itemIndex: number;
  /** Label of the field in the panel. */
  field: string;
  /** Continues a sentence that starts with the field. */
  reason: string;
  advice: string;
  /** The value at fault, shortened. */
  given?: string;
}
