/**
 * What a client asks for and what the device's owner allows: arguments that are checked as they are
 * read, lists of paths, how many sessions there may be, and what is refused in which words.
 *
 * <p>Any thread, but for {@code Place}, which is one thread's. Refusals are {@link
 * com.iottly.agent.channel.RefusedException} with a code for programs and a sentence for people.
 */
@NullMarked
package com.iottly.agent.remote.policy;

import org.jspecify.annotations.NullMarked;
