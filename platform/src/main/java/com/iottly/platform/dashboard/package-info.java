/** Serves the dashboard's files out of our own jar; knows nothing of what they show. */
@NullMarked
package com.iottly.platform.dashboard;

import org.jspecify.annotations.NullMarked;
