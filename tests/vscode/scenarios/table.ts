/** The scenarios by name: what an issue, a test and a screenshot call them. */
import { hoverShowsTheImage } from './hover.ts';
import type { Scenario } from './scenario.ts';

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  hover: hoverShowsTheImage,
};
