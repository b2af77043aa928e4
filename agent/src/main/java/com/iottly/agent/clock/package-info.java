/**
 * What time the device believes it is, and whether it should be believed.
 *
 * <p>The link reports what the platform's clock said; everyone else asks. Any thread. Nothing here
 * can fail.
 */
@NullMarked
package com.iottly.agent.clock;

import org.jspecify.annotations.NullMarked;
