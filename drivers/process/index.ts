export { probeWorkloadIsolation, type WorkloadIsolation } from './isolation.ts';
export { createProcessDriver, ingressDriver, volumeDriver, type ProcessDriverOptions } from './driver.ts';
