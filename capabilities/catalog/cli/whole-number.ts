import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number in these bounds. */
export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const n = Number(text);
    if (/^\d+$/.test(text) && n >= least && n <= most) return n;
    throw new InvalidArgumentError(
      most === Number.MAX_SAFE_INTEGER ? `It is a whole number, ${least} or more.` : `It is a whole number from ${least} to ${most}.`,
    );
  };
