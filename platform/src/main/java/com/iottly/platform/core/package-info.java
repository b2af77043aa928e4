/**
 * The nouns of the platform and the ports to its stores. This room knows nobody else and never
 * logs.
 *
 * <p>What happens (messages, presence, commands and their states) is true in the {@link
 * com.iottly.platform.core.Journal}; everything relational is true in SQL.
 */
@NullMarked
package com.iottly.platform.core;

import org.jspecify.annotations.NullMarked;
