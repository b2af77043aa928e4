/**
 * Who changed what, when and from where. A door binds the {@link com.iottly.platform.audit.Actor}
 * for the time of a call; the room that owns a table notes each change in the transaction that
 * makes it, so that there is no change without its entry and no entry without its change.
 *
 * <p>No thread of its own; blocks on disk.
 */
@NullMarked
package com.iottly.platform.audit;

import org.jspecify.annotations.NullMarked;
