/**
 * The device link: the frames an agent and the platform exchange, and their bytes.
 *
 * <p>Both ends use this package; it knows neither of them. The text for people, from which a device
 * in any language can be written, is {@code docs/protocol.md}.
 */
@NullMarked
package com.iottly.wire;

import org.jspecify.annotations.NullMarked;
