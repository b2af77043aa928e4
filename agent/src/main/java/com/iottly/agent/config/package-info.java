/**
 * The agent's configuration: the INI file, its defaults, the environment's overrides.
 *
 * <p>Everything is read once, on the caller's thread, into immutable records. A bad value throws
 * {@link com.iottly.agent.config.ConfigException}, which names file, line, key, value and what is
 * allowed, for all problems at once; an unknown key is a warning with the nearest known key.
 */
@NullMarked
package com.iottly.agent.config;

import org.jspecify.annotations.NullMarked;
