/**
 * JSON objects as plain maps, over jackson-core's streaming reader and writer.
 *
 * <p>Stateless; any thread. Text that is not one JSON object throws {@link
 * java.lang.IllegalArgumentException} with a sentence that says why.
 */
@NullMarked
package com.iottly.agent.json;

import org.jspecify.annotations.NullMarked;
