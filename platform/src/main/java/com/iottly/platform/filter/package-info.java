/**
 * The MongoDB filter language of {@code queryJson} over messages (contract §2), for every reader
 * that asks which messages are meant. Knows core.
 *
 * <p>How a filter travels: text → {@code JsonValues} → {@code FilterCompiler} → {@code Expression},
 * which {@code Evaluation} then tests against each {@code MessageDocument}. A {@link
 * com.iottly.platform.filter.Filter} is immutable and may be shared; this room has no threads. Bad
 * input is a {@link com.iottly.platform.filter.QueryException} with a stable code and a sentence
 * for the caller.
 */
@NullMarked
package com.iottly.platform.filter;

import org.jspecify.annotations.NullMarked;
