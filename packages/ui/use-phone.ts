import { useMediaQuery } from '@mantine/hooks';

/** Whether the window is as narrow as a phone (below 820 px). */
export const usePhone = (): boolean => useMediaQuery('(max-width: 820px)', window.innerWidth <= 820, { getInitialValueInEffect: false });
