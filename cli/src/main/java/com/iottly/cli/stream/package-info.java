/**
 * The platform's WebSocket API (docs/streaming.md), as far as channels to devices go. Each {@code
 * Channel} may be sent to and read from by one thread each.
 */
@org.jspecify.annotations.NullMarked
package com.iottly.cli.stream;
