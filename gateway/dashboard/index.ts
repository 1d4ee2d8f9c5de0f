export { mountFiles } from './files.ts';
