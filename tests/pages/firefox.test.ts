import { describe } from 'vitest';
import { findFirefox, findLavapipe } from '../../tools/software-driver.mjs';
import { testEngine } from './engine-tests';

describe.skipIf(!findFirefox() || !findLavapipe())('in Firefox', () => testEngine('Firefox'));
