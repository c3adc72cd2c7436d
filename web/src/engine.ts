// What plays HTTP Live Streaming where browsers do not: a file of its own, since most lessons are watched without it.

import type Hls from 'hls.js';
// @ts-expect-error The light build has the same interface, and no types of its own.
import Light from 'hls.js/light';

export default Light as typeof Hls;
