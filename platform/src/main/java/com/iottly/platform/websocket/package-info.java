/** What RFC 6455 asks of every door that takes WebSockets. Knows nobody; no threads, no state. */
@NullMarked
package com.iottly.platform.websocket;

import org.jspecify.annotations.NullMarked;
