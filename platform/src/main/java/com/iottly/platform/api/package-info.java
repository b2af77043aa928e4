/**
 * HTTP to the rooms and back: the only place that knows a status code.
 *
 * <p>{@link com.iottly.platform.api.HttpApi} receives each request on an event loop, finds its
 * {@link com.iottly.platform.api.Route}, reads the body up to the limit, and runs the call on a
 * virtual thread; the answer is written back on the event loop. Whatever goes wrong becomes an
 * {@link com.iottly.platform.api.ApiError} in one place: a status, a stable code, and a sentence
 * for a person.
 */
@NullMarked
package com.iottly.platform.api;

import org.jspecify.annotations.NullMarked;
