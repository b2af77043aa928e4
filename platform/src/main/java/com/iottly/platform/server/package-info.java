/**
 * Puts the platform together: reads the configuration, opens every room from the stores up,
 * listens, and closes in reverse order. The only room that sees everyone.
 */
@NullMarked
package com.iottly.platform.server;

import org.jspecify.annotations.NullMarked;
