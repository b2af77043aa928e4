/**
 * The public form of a message (contract §2), for everyone who hands messages out. Knows core.
 *
 * <p>No thread and no state of its own.
 */
@NullMarked
package com.iottly.platform.json;

import org.jspecify.annotations.NullMarked;
