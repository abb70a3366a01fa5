/** Measures memory in a process of its own, and tells what it found. */
import { memoryOfSubmit } from './submit';
import { memoryOfUpload } from './upload';

const work = process.argv[2] === 'submit' ? memoryOfSubmit : memoryOfUpload;

void work().then((found) => process.send?.(found, () => process.exit(0)));
