import { CANVAS_FLAGS } from './browser';
import { testEngine } from './engine-tests';

testEngine(CANVAS_FLAGS);
