import { createContext } from 'react';
import type { LiveSource } from './events/live-source.ts';

/** The live stream with its state, for the offline banner. */
export const StreamContext = createContext<LiveSource | undefined>(undefined);
