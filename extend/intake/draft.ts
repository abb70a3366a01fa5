import type { FileInput, JsonObject, TargetReference } from '../api/types';

/** A file of the n8n item, as far as it is known before it is read. */
export interface BinaryFile {
  /** Names the stored bytes when n8n keeps them outside the item; absent when they are in it. */
  id?: string;
  /** The bytes in base64, when n8n keeps them in the item. */
  data?: string;
  fileName?: string;
  mimeType?: string;
}

/** One file of a draft, exactly as the parameters of its item gave it. */
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
  /** Why the item could not even be read; the rest is empty then. */
  unreadable?: string;
  /** ID of what the run is made with. */
  target: unknown;
  version?: unknown;
  priority?: unknown;
  /** The document; several files when they are processed together. */
  files: DraftFile[];
  /** The files are processed together, as one run. */
  isPackage?: boolean;
  /** Results to use instead of running an extractor, classifier or splitter, or their JSON text. */
  outputs?: unknown;
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

/** A result that is given for an extractor, classifier or splitter. */
export interface ProvidedOutput {
  processorId: string;
  output: JsonObject;
}

/** A checked input, ready to be planned. */
export interface CheckedInput<F = FileInput | { upload: Upload }> {
  itemIndex: number;
  target: TargetReference;
  priority?: number;
  /** What Extend gets; an upload becomes a file ID first. */
  files: F[];
  isPackage?: boolean;
  outputs?: ProvidedOutput[];
  metadata?: JsonObject;
  secrets?: JsonObject;
  /** By which an earlier submission of the document is recognised. */
  key?: string;
}

/** A checked input whose files Extend can have. */
export type UploadedInput = CheckedInput<FileInput>;
