/** A run whose worker died this often in a row, without a step getting done in between, is not tried again. */
export const CRASH_LIMIT = 5;
/** What such a run created is taken back when its kind asks for it; if that kills workers too, it is left after so many tries. */
const UNDO_LIMIT = 3;

/** Whether a run must not do anything new. */
export const isPoison = (run: { readonly crashes: number }): boolean => run.crashes >= CRASH_LIMIT;

/** Whether a server may still be asked to take back what the run did. */
export const mayBeTakenBack = (run: { readonly crashes: number }): boolean => run.crashes < CRASH_LIMIT + UNDO_LIMIT;

export const poisonFailure = {
  message: `It stopped the server that carried it out ${CRASH_LIMIT} times in a row, so it is not tried again.`,
  fix: 'Look at the log of the last step; retry the run when the cause is gone.',
} as const;
