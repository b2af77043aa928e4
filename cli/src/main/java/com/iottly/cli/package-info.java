/**
 * {@code iottly cli}: the platform's HTTP API as commands, for people and scripts. It knows the
 * public contract alone, none of the platform's code.
 */
@NullMarked
package com.iottly.cli;

import org.jspecify.annotations.NullMarked;
