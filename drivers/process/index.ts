export { createProcessDriver, ingressDriver, processDriver, volumeDriver, type ProcessDriverOptions } from './driver.ts';
