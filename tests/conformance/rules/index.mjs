/** Every rule, in the order in which the table tells them. */
import { rules as blocking } from './blocking.mjs';
import { rules as delta } from './delta.mjs';
import { rules as fragments } from './fragments.mjs';
import { rules as hints } from './hints.mjs';
import { rules as http } from './http.mjs';
import { rules as init } from './init.mjs';
import { rules as multivariant } from './multivariant.mjs';
import { rules as parts } from './parts.mjs';
import { rules as playlist } from './playlist.mjs';
import { rules as samples } from './samples.mjs';
import { rules as updates } from './updates.mjs';

/** @type {import('../lib/check.mjs').Rule[]} */
export const all_rules = [
  ...multivariant, ...playlist, ...parts, ...updates, ...delta, ...blocking, ...hints, ...init, ...fragments, ...samples, ...http,
];
